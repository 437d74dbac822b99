"""Signatures inside PDF files (PAdES) and the certificates behind them. pyHanko is imported here and nowhere else."""
