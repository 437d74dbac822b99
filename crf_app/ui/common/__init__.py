"""What every page of the window shares: theme, style, language, questions, small widgets."""
