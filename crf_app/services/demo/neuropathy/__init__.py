"""The demonstration of NCT05507697: stem cells injected into the legs against infusions of lipoic acid."""
