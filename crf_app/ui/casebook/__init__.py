"""The casebook of one subject: visits at the left, the form in the middle, what is known of an item at the right."""
