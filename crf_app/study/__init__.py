"""What is asked: study definitions, item types, expressions and functions. Pure Python."""
