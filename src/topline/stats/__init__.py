"""Numbers from arrays, thin and typed over the chosen libraries; knows no trial."""
