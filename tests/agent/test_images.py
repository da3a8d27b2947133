"""Which image links a provider may be given: public https ones, and few."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citas.agent.images import IMAGES_MAX, Images, images_in


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/a.jpg",
        "https://example.com/a.JPEG",
        "https://cdn.example.com/x/y/a.png?token=1",
        "https://example.com:443/a.webp",
        "HTTPS://EXAMPLE.COM/a.gif",
        "https://example.com./a.png",
        "https://10minutos.example.com/a.png",
        "https://1.example.com/a.png",
    ],
)
def test_that_a_public_image_is_passed_on(url: str) -> None:
    assert images_in(f"mira {url}, gracias").urls == (url,)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/a.jpg",
        "ftp://example.com/a.jpg",
        "file:///etc/passwd.jpg",
        "data:image/png;base64,AAAA.png",
        "https://example.com/a.pdf",
        "https://example.com/?a.jpg",
        "https://example.com/redirect?to=http://127.0.0.1/a.jpg",
        "https://localhost/a.jpg",
        "https://intranet/a.jpg",
        "https://printer.local/a.jpg",
        "https://db.internal/a.jpg",
        "https://router.lan/a.jpg",
        "https://x.localhost/a.jpg",
        "https://1.0.0.127.in-addr.arpa/a.jpg",
        "https://127.0.0.1/a.jpg",
        "https://127.1/a.jpg",
        "https://127.0.0.1./a.jpg",
        "https://10.0.0.8/a.jpg",
        "https://169.254.169.254/latest/a.jpg",
        "https://192.168.1.1/a.png",
        "https://2130706433/a.jpg",
        "https://0x7f000001/a.jpg",
        "https://0x7f.0.0.1/a.jpg",
        "https://0177.0.0.1/a.jpg",
        "https://8.8.8.8/a.jpg",
        "https://[::1]/a.jpg",
        "https://[::ffff:10.0.0.1]/a.jpg",
        "https://[fe80::1%25eth0]/a.jpg",
        "https://user@example.com/a.jpg",
        "https://user:pass@example.com/a.jpg",
        "https://example.com@127.0.0.1/a.jpg",
        "https://example.com:8080/a.jpg",
        "https://example.com:99999/a.jpg",
        "https://example.com:x/a.jpg",
        "https://①②⑦.⓪.⓪.①/a.jpg",
        "https://ехample.com/a.jpg",
        "https:///a.jpg",
        "https://[/a.jpg",
    ],
)
def test_that_nothing_else_is(url: str) -> None:
    assert images_in(f"mira {url}") == Images()


def test_that_the_same_image_counts_once_and_the_order_is_kept() -> None:
    text = "https://a.example.com/1.jpg https://b.example.com/2.jpg https://a.example.com/1.jpg"
    assert images_in(text).urls == ("https://a.example.com/1.jpg", "https://b.example.com/2.jpg")


def test_that_a_hundred_images_are_cut_and_counted() -> None:
    found = images_in(" ".join(f"https://example.com/{n}.jpg" for n in range(100)))
    assert len(found.urls) == IMAGES_MAX
    assert found.dropped == 90


@given(st.text(max_size=200), st.integers(0, 2**32 - 1))
def test_that_no_address_in_numbers_ever_passes(text: str, number: int) -> None:
    octets = ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
    for host in (octets, str(number), hex(number), octets.rpartition(".")[0]):
        assert images_in(f"{text} https://{host}/a.jpg").urls == images_in(text).urls
