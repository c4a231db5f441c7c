"""Those who trade in the simulated exchange: one file a kind, its parameters in the config."""
