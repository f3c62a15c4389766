"""One package a screen: view.py draws, view_model.py holds the state."""
