"""Estimators to search with, which workers import."""

from __future__ import annotations

import os
import signal
from typing import Any

from nn import MLPClassifier
from tests.clusters import waits_once


class Candidate(MLPClassifier):
    """Does something at one value of alpha, before it is fitted.

    does: "wait" for what happens to its process, "raise", or "die".
    """

    def __init__(
        self,
        hidden_layer_sizes: Any = (3,),
        *,
        alpha: float = 0.01,
        solver: str = "lbfgs",
        max_iter: int = 20,
        random_state: Any = 0,
        engine: str = "numpy",
        does: str = "",
        at: float = 0.5,
        folder: str = "",
    ) -> None:
        super().__init__(
            hidden_layer_sizes,
            alpha=alpha,
            solver=solver,
            max_iter=max_iter,
            tol=0.1,
            random_state=random_state,
            engine=engine,
        )
        self.does, self.at, self.folder = does, at, folder

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        if self.alpha == self.at:
            if self.does == "wait":
                waits_once(self.folder)
            elif self.does == "raise":
                raise RuntimeError("this one fails")
            elif self.does == "die":
                os.kill(os.getpid(), signal.SIGKILL)
        return super().fit(X, y, sample_weight)
