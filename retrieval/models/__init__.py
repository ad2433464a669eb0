"""Models: protocols, and what stands behind them."""
