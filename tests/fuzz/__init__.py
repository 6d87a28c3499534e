"""Random data sets, small and full of ties and zeros, put through Topline and through R."""
