"""One input widget per item type, behind one protocol."""
