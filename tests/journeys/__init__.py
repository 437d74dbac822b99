"""Whole stories through the window, told in the words of the protocol."""
