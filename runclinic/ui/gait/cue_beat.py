"""The beat of a cue: a little above her step rate, heard where there is a loudspeaker, seen wherever."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from runclinic.ui.metronome import Metronome
from runclinic.ui.pieces import Button, Choice, Choices, Icon, empty_out, in_a_row, text
from runclinic.ui.say import say
from runclinic.visit.cue_trials import beats

FLASH_MS = 120
DARK, LIT = ("circle-medium", "text3"), ("circle", "accent")
SILENT_FROM = 3  # beats: a loudspeaker takes up to a second to open


class CueBeat(QWidget):
    """`chosen(per minute)`, 0 for no beat. Choosing one starts it; the button stops and starts it again."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.metronome = Metronome()
        self.metronome.setParent(self)
        self.metronome.beat.connect(self._flash)
        self.beat = 0
        self._offered: tuple[Choice, ...] = ()
        self._count, self._from = 0, ""
        self.choices = Choices(())
        self.light = Icon(*DARK, 22, say("cue_trial.light"))
        self._out = QTimer(self)
        self._out.setSingleShot(True)
        self._out.setInterval(FLASH_MS)
        self._out.timeout.connect(lambda: self.light.become(*DARK, say("cue_trial.light")))
        self.sound = Button(say("cue_trial.start"), icon="metronome")
        self.sound.clicked.connect(self._toggle)
        self.said = text("", "caption")
        self._place = QVBoxLayout()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addLayout(self._place)
        rows.addLayout(in_a_row(self.sound, self.light, None, spacing=8))
        rows.addWidget(self.said)
        self.put(None, 0)

    def put(self, cadence: float | None, beat: int) -> None:
        """Her step rate without the cue (None while it is not known), and the beat that was chosen."""
        offered = [Choice(0, say("cue_trial.no_beat"))]
        found = beats(cadence) if cadence is not None else {}
        offered += [
            Choice(each, say("cue_trial.beat", percent=percent, n=each)) for percent, each in found.items()
        ]
        if beat and beat not in found.values():
            offered.append(Choice(beat, str(beat)))
        if tuple(offered) != self._offered:
            self._offered = tuple(offered)
            empty_out(self._place)
            self.choices = Choices(self._offered, about=say("cue_trial.beat_about"))
            self.choices.chosen.connect(self._choose)
            self._place.addWidget(self.choices)
        self.beat = beat
        self.choices.show_value(beat)
        self._from = say("cue_trial.no_rate")
        if cadence is not None:
            self._from = say("cue_trial.from", n=round(cadence))
        self._show()

    def stop(self) -> None:
        """Silence."""
        self.metronome.stop()
        self._show()

    def _choose(self, value: object) -> None:
        self.beat = value if isinstance(value, int) else 0
        if self.beat:
            self._start()
        else:
            self.stop()
        self.chosen.emit(self.beat)

    def _toggle(self) -> None:
        if self.metronome.running:
            self.stop()
        elif self.beat:
            self._start()

    def _start(self) -> None:
        self._count = 0
        self.metronome.start(self.beat)
        self._show()

    def _show(self) -> None:
        running = self.metronome.running
        n = self.metronome.per_minute
        self.sound.setEnabled(running or bool(self.beat))
        self.sound.become(say("cue_trial.stop", n=n) if running else say("cue_trial.start"))
        silent = running and self.metronome.silent and self._count >= SILENT_FROM
        self.said.setText(say("cue_trial.silent") if silent else self._from)

    def _flash(self) -> None:
        """The beat, for the eye."""
        self.light.become(*LIT, say("cue_trial.light"))
        self._out.start()
        self._count += 1
        if self._count == SILENT_FROM:
            self._show()
