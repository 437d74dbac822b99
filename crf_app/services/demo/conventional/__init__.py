"""The demonstration of NCT07183761: three sessions of stem cells with conventional therapy against conventional therapy alone."""
