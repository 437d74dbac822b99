"""Charts on screen: of the site on a page of the rail, of a subject in the casebook."""
