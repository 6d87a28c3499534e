"""Displays as documents to hand in: Word, RTF, PDF/A, LaTeX, Markdown; figures for journals."""
