"""A form on screen: fields, rows, groups and the view that holds them."""
