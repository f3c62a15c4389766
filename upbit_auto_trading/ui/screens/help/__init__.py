"""Pages of the manual, the glossary and the keys; F1 opens the page of the screen."""
