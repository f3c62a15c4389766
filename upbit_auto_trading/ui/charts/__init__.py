"""Drawing with pyqtgraph."""
