"""Synthetic subjects, entered through the services as people would: for demonstrations, screenshots and tests."""
