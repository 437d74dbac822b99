"""Qt widgets and view models: asks and shows, decides nothing clinical."""
