"""Shows state and forwards intent; the only home of Qt."""
