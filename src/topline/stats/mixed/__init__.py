"""Mixed models and repeated measures with small-sample degrees of freedom."""
