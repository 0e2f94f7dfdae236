"""Copies of robots.txt in Redis: one request a day and host, over workers and restarts."""

from __future__ import annotations

import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from redis import Redis

from pipeline.fetch import Fetcher, Robots
from tests.making import NOW
from workers.redis.robots_copies import RobotsCopies

DAY = 86_400.0


def test_workers_share_a_copy_for_a_day_and_keep_it_while_the_host_is_away(redis: Redis) -> None:
    """Another worker, or one started again, asks only after a day;
    an old copy serves where no answer comes.
    """
    asked: list[str] = []

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = b"User-agent: *\nDisallow: /secret"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site = f"http://127.0.0.1:{server.server_port}"
    fetcher = Fetcher(allow=["127.0.0.1"])

    def worker() -> Robots:
        return Robots(fetcher, RobotsCopies(redis, "wd:"))

    first = worker()
    threads = [threading.Thread(target=first.allowed, args=(f"{site}/{n}", 0.0)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not worker().known("http://127.0.0.2/a", 10.0)
    assert worker().known(f"{site}/a", 10.0)
    assert worker().allowed(f"{site}/a", 10.0)
    assert not worker().allowed(f"{site}/secret", DAY - 1)
    assert asked == ["/robots.txt"]
    assert not worker().known(f"{site}/a", DAY + 1)
    assert not worker().allowed(f"{site}/secret", DAY + 1)
    assert len(asked) == 2
    fetcher.close()
    server.shutdown()
    server.server_close()
    late = worker()
    assert late.allowed(f"{site}/a", 3 * DAY)
    assert not late.allowed(f"{site}/secret", 3 * DAY)


def test_a_copy_is_kept_for_a_week(redis: Redis) -> None:
    """It serves while a host is away, and a host may be away for days; then it takes no memory."""
    RobotsCopies(redis, "wd:").write("https://wire.example", "", DAY)
    assert redis.ttl("wd:robots:https://wire.example") == 7 * DAY


def test_a_copy_of_a_clock_that_was_ahead_is_asked_for_again(redis: Redis) -> None:
    """Two days hold by any clock; what holds longer was written by one that is off."""
    copies = RobotsCopies(redis, "wd:")
    with closing(Fetcher(allow=["127.0.0.1"])) as fetcher:
        copies.write("http://127.0.0.2", "User-agent: *\nDisallow: /", NOW + 2 * DAY)
        assert Robots(fetcher, copies).known("http://127.0.0.2/a", NOW)
        assert not Robots(fetcher, copies).known("http://127.0.0.2/a", NOW - 1)
        robots = Robots(fetcher, copies)
        assert robots.known("http://127.0.0.2/a", NOW + DAY)
        # its memory is of a clock that has stepped since
        assert not robots.known("http://127.0.0.2/a", NOW - 1)
