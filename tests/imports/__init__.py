"""Reading tables that come from elsewhere."""
