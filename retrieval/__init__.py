"""How citabot finds, decides and shows. The faces import `retrieval.engine` and `retrieval.present` alone."""
