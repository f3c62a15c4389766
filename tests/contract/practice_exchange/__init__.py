"""The practice exchange over real sockets, judged by the exchange's facts sheet and by no client of ours."""
