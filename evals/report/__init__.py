"""What an evaluation came to, told to people: one page to open, or to print, and one for the terminal."""

from evals.report.html import write_html
from evals.report.terminal import print_report

__all__ = ["print_report", "write_html"]
