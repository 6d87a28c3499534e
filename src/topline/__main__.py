"""`python -m topline` is the command line."""

from topline.cli import main

main()
