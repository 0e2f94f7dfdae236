"""What stands in a story's way: walls, errors and fronts, in several languages.

Each says a sentence that must never reach a sink. They are written for this benchmark, and no rule
is made from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Wall:
    """A page in the way: its title, its sentences, and more of its markup."""

    title: str
    sentences: tuple[str, ...]
    markup: str = ""


ROBOT = (
    Wall(
        "Checking your connection",
        (
            "Please wait while we make sure that you are a human visitor.",
            "This takes a few seconds; your reference is 7f31c0.",
        ),
        '<form method="post"><input type="hidden" name="token"><button>Continue</button></form>',
    ),
    Wall(
        "Sicherheitsüberprüfung",
        (
            "Wir prüfen, ob die Verbindung von einem Menschen kommt.",
            "Bitte aktivieren Sie JavaScript und laden Sie die Seite neu.",
        ),
    ),
    Wall(
        "Проверка браузера",
        (
            "Подтвердите, что вы не робот, чтобы перейти на сайт.",
            "Проверка займёт несколько секунд.",
        ),
    ),
    Wall(
        "Vérification",
        (
            "Nous vérifions que vous n'êtes pas un robot avant d'afficher la page.",
            "Si vous utilisez un bloqueur, désactivez-le puis rechargez.",
        ),
    ),
)
CONSENT = (
    Wall(
        "Your privacy",
        (
            "With our 731 partners we would like to place cookies on your device to show adverts.",
            "You may agree to everything, refuse everything, or choose in the settings.",
        ),
        "<button>Agree</button><button>Refuse</button>",
    ),
    Wall(
        "Ihre Privatsphäre",
        (
            "Mit 214 Partnern speichern wir Cookies auf Ihrem Gerät, um Werbung auszuspielen.",
            "Sie können zustimmen oder das werbefreie Abo für 3,99 Euro im Monat wählen.",
        ),
    ),
    Wall(
        "Votre vie privée",
        (
            "Avec nos 402 partenaires, nous déposons des cookies pour mesurer l'audience.",
            "Vous pouvez accepter, refuser, ou régler vos choix à tout moment.",
        ),
    ),
    Wall(
        "Su privacidad",
        (
            "Nosotros y 655 socios usamos cookies para tratar datos personales y mostrar anuncios.",
            "Puede aceptar o rechazar todo, o cambiar la configuración cuando quiera.",
        ),
    ),
)
LOGIN = (
    Wall(
        "Sign in",
        (
            "Sign in to your account to go on reading.",
            "No account yet? Register with your e-mail address; it takes a minute.",
        ),
        '<form><input name="mail"><input type="password"><button>Sign in</button></form>',
    ),
    Wall(
        "Anmelden",
        (
            "Melden Sie sich mit Ihrem Konto an, um den Artikel zu lesen.",
            "Noch kein Konto? Jetzt kostenlos registrieren.",
        ),
        '<form><input type="password" name="kennwort"></form>',
    ),
    Wall(
        "Вход",
        (
            "Войдите в личный кабинет, чтобы прочитать материал целиком.",
            "Забыли пароль? Восстановите его по электронной почте.",
        ),
        '<form><input type="password" name="p"></form>',
    ),
)
PAYWALL = (
    Wall(
        "For subscribers",
        (
            "This article is for our subscribers only.",
            "Take out a subscription for 1 crown in the first month and read everything.",
        ),
    ),
    Wall(
        "Réservé aux abonnés",
        (
            "Cet article est réservé à nos abonnés.",
            "Abonnez-vous pour 1 euro le premier mois, sans engagement.",
        ),
    ),
    Wall(
        "Exclusivo para suscriptores",
        (
            "Este contenido es exclusivo para suscriptores.",
            "Suscríbase por 1 euro el primer mes y lea sin límites.",
        ),
    ),
)
NOT_FOUND = (
    Wall(
        "Page not found",
        (
            "Sorry, the page you were looking for is not here any more.",
            "Perhaps the address was mistyped, or the article has moved. Try the search.",
        ),
    ),
    Wall(
        "Seite nicht gefunden",
        (
            "Leider gibt es die Seite, die Sie suchen, nicht mehr.",
            "Prüfen Sie die Adresse oder gehen Sie zur Startseite.",
        ),
    ),
    Wall(
        "Página no encontrada",
        (
            "La página que busca no existe o cambió de dirección.",
            "Vuelva a la portada o use el buscador.",
        ),
    ),
    Wall(
        "Sayfa bulunamadı",
        (
            "Aradığınız sayfa kaldırılmış ya da taşınmış olabilir.",
            "Ana sayfaya dönebilir veya arama yapabilirsiniz.",
        ),
    ),
)
MAINTENANCE = (
    Wall(
        "Back soon",
        (
            "Our website is being serviced and will be back within the hour.",
            "Thank you for bearing with us.",
        ),
    ),
    Wall(
        "Wartungsarbeiten",
        (
            "Wegen Wartungsarbeiten ist unsere Website vorübergehend nicht erreichbar.",
            "Bitte versuchen Sie es später noch einmal.",
        ),
    ),
    Wall(
        "Технические работы",
        (
            "На сайте ведутся технические работы.",
            "Приносим извинения за неудобства, зайдите позже.",
        ),
    ),
)
GEO = (
    Wall(
        "Not available",
        (
            "This content is not available in your country or region.",
            "For legal reasons we cannot show it to visitors from where you are.",
        ),
    ),
    Wall(
        "Nicht verfügbar",
        (
            "Dieser Inhalt ist in Ihrem Land leider nicht verfügbar.",
            "Aus rechtlichen Gründen zeigen wir ihn dort nicht.",
        ),
    ),
)
AGE = (
    Wall(
        "How old are you?",
        ("You must be 18 or older to see this page.", "Please enter your date of birth to go on."),
        "<form><input name='day'><input name='month'><input name='year'></form>",
    ),
    Wall(
        "Подтвердите возраст",
        (
            "Материал предназначен для лиц старше 18 лет.",
            "Укажите дату рождения, чтобы продолжить.",
        ),
    ),
)

SOURCE = (
    "<?php\nrequire_once __DIR__ . '/boot.php';\n$story = $db->query('SELECT * FROM stories');\n"
    "foreach ($story as $row) { echo render($row['body'], $flags); }\n?>\n" * 12,
    'Traceback (most recent call last):\n  File "/srv/site/app.py", line 318, in view\n'
    "    return render(story, flags)\nKeyError: 'body_html'\n" * 6,
    "!function(e,t){var n=e.document,r={};function o(e){return r[e]||(r[e]=t(e))}"
    "n.addEventListener('load',function(){o('story').mount(n.body)})}(window,load);\n" * 15,
)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n4 0 obj\n<</Filter/FlateDecode/Length 900>>stream\n" + bytes(
    (i * 89 + i // 7) % 256 for i in range(4000)
)
"""What a page that holds a printed edition answers, whatever its type says."""
FORBIDDEN = (PDF[:4].decode(), "SELECT * FROM", "Traceback", "addEventListener")


def choose(walls: Sequence[Wall], number: int) -> Wall:
    """One of them, by a story's number."""
    return walls[number // 7 % len(walls)]


ALL: tuple[Wall, ...] = (
    *ROBOT, *CONSENT, *LOGIN, *PAYWALL, *NOT_FOUND, *MAINTENANCE, *GEO, *AGE,
)  # fmt: skip
