"""Stop and pause, requested by another thread and obeyed between two steps."""

import threading


class Control:
    def __init__(self):
        self._changed = threading.Condition()
        self._stop_at = None
        self._pause_at = None

    def stop(self, at_step=None):
        with self._changed:
            self._stop_at = at_step or 0
            self._changed.notify_all()

    def pause(self, at_step=None):
        with self._changed:
            self._pause_at = at_step or 0

    def go_on(self):
        with self._changed:
            self._pause_at = None
            self._changed.notify_all()

    def is_stopped(self, step):
        with self._changed:
            return self._stop_at is not None and step >= self._stop_at

    def hold(self, step, on_pause):
        """Waits while training is paused. on_pause(is_paused) is called when a pause begins and ends."""
        with self._changed:
            if self._pause_at is None or step < self._pause_at:
                return
            on_pause(True)
            while self._pause_at is not None and self._stop_at is None:
                self._changed.wait()
        on_pause(False)
