"""What the core needs from the world, each as a plain protocol; adapters say how."""
