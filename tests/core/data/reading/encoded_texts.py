"""Sentences in many languages, and the encodings that files in each were written in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_WEST = ("cp1252", "latin-1", "mac-roman", "cp850", "cp437")
_CENTRAL = ("cp1250", "iso8859-2", "cp852")
_CYRILLIC = ("cp1251", "cp866")
ENCODINGS_OF = {
    "French": _WEST,
    "German": _WEST,
    "Spanish": _WEST,
    "Portuguese": ("cp1252", "latin-1", "mac-roman", "cp850"),
    "Swedish": _WEST,
    "English": ("cp1252", "mac-roman"),
    "Polish": _CENTRAL,
    "Czech": _CENTRAL,
    "Hungarian": _CENTRAL,
    "Russian": (*_CYRILLIC, "koi8-r"),
    "Bulgarian": _CYRILLIC,
    "Ukrainian": ("cp1251", "koi8-u"),
    "Greek": ("cp1253", "iso8859-7"),
    "Turkish": ("cp1254", "iso8859-9"),
    "Hebrew": ("cp1255",),
    "Arabic": ("cp1256",),
    "Lithuanian": ("cp1257",),
    "Thai": ("cp874",),
    "Japanese": ("shift_jis", "euc_jp", "iso2022_jp"),
    "Chinese": ("gb18030", "gb2312"),
    "Chinese, traditional": ("big5",),
    "Korean": ("euc_kr",),
}
TEXTS = {
    "French": (
        "Pourquoi le château était-il fermé après la fête ?",
        "Très déçu par la qualité, ça ne mérite même pas une étoile.",
        "J'ai reçu ma commande à l'heure, merci à toute l'équipe !",
        "Où peut-on apprendre le français pendant l'été à Genève ?",
        "Le garçon a mangé un gâteau à la crème chez sa grand-mère.",
        "Un café, s'il vous plaît.",
    ),
    "German": (
        "Warum ist der Himmel über Köln so groß?",
        "Der Kundenservice war äußerst unhöflich und natürlich nicht zuständig.",
        "Können Sie mir bitte die Öffnungszeiten für Übermorgen nennen?",
        "Schöne Grüße aus München, das Frühstück schmeckt köstlich.",
        "Ich möchte mein Geld zurück, die Tür schließt nicht.",
        "Das hört sich gut an.",
    ),
    "Spanish": (
        "¿Por qué el niño está tan contento mañana por la mañana?",
        "El envío llegó rápido, pero el teléfono no funcionó ningún día.",
        "¡Qué lástima! La habitación estaba sucia y había muchísimo ruido.",
        "Mi corazón español también añora el café de la señora Muñoz.",
        "¿Dónde puedo aprender inglés en línea según tu opinión?",
        "La canción número dos está aquí.",
    ),
    "Portuguese": (
        "Não consigo abrir a aplicação, a atualização não funciona.",
        "Por que o coração bate mais rápido quando há exercício físico?",
        "A informação está errada e a reclamação não foi respondida até amanhã.",
        "Você já visitou São Paulo durante o verão com sua avó?",
        "O pão e o limão estão à mesa, senhor João.",
        "É ótimo, obrigado pela atenção.",
    ),
    "Swedish": (
        "Varför är himlen blå på våren även när det regnar?",
        "Jag är mycket besviken på köpet, varan gick sönder på två dagar.",
        "Många människor åker till Göteborg för att äta räkor på ön.",
        "Kan någon förklara hur man söker jobb i Malmö?",
        "Hälsningar från Åsa och Örjan, vi ses på lördag kväll.",
        "Det här är också rätt.",
    ),
    "English": (
        "It’s the “best” naïve question – isn’t it?",
        "The résumé costs £5 at the café — don’t wait…",
        "What’s the difference between ‘who’ and ‘whom’?",
        "I can’t believe it’s not butter.",
        "Is the Beyoncé concert sold out? We’d love to know.",
        "He said “no”, and that was that.",
    ),
    "Polish": (
        "Dlaczego źdźbło trawy jest zielone, a niebo błękitne?",
        "Proszę o zwrot pieniędzy, przesyłka przyszła uszkodzona i spóźniona.",
        "Gdzie można się nauczyć języka polskiego w Łodzi?",
        "Świetna obsługa, bardzo miła pani, wszystko zgodne z opisem. Dziękuję!",
        "Książka jest ciekawa, ale zakończenie trochę mnie rozczarowało, niestety.",
        "Cześć, jak się masz?",
    ),
    "Czech": (
        "Proč je nebe modré a tráva zelená, když přichází léto?",
        "Zboží dorazilo poškozené, žádám o vrácení peněz a omluvu.",
        "Kde se můžu naučit česky rychle a zadarmo?",
        "Příliš žluťoučký kůň úpěl ďábelské ódy v neděli večer.",
        "Děkuji, všechno proběhlo v pořádku, příště zase u vás.",
        "Dobrý den, chtěl bych se zeptat.",
    ),
    "Hungarian": (
        "Miért kék az ég, és miért zöld a fű tavasszal?",
        "Nagyon elégedetlen vagyok a szolgáltatással, kérem vissza a pénzt.",
        "Hol lehet gyorsan és olcsón megtanulni magyarul Győrben?",
        "Köszönöm szépen, minden rendben megérkezett, csak ajánlani tudom őket.",
        "A könyv érdekes volt, de a vége kissé gyengére sikerült, sajnos.",
        "Jó reggelt, hogy van?",
    ),
    "Russian": (
        "Почему небо голубое, а трава зелёная?",
        "Ужасный сервис, деньги потрачены зря, больше не приду.",
        "Где можно быстро выучить китайский язык бесплатно?",
        "Спасибо большое, всё пришло вовремя и в целости!",
        "Книга интересная, но конец немного разочаровал меня.",
        "Привет, как дела?",
    ),
    "Bulgarian": (
        "Защо небето е синьо, а тревата е зелена?",
        "Ужасно обслужване, искам си парите обратно веднага.",
        "Къде мога да науча български език бързо и безплатно?",
        "Благодаря много, всичко пристигна навреме и без забележки.",
        "Книгата беше интересна, но краят ме разочарова малко.",
        "Здравей, как си днес?",
    ),
    "Ukrainian": (
        "Чому небо блакитне, а трава зелена навесні?",
        "Жахливе обслуговування, гроші витрачено даремно, більше не прийду.",
        "Де можна швидко вивчити українську мову безкоштовно?",
        "Щиро дякую, все прийшло вчасно, їжа була ще гарячою!",
        "Книга цікава, але її кінець трохи розчарував мене.",
        "Привіт, як твої справи?",
    ),
    "Greek": (
        "Γιατί ο ουρανός είναι μπλε και το χορτάρι πράσινο;",
        "Απαράδεκτη εξυπηρέτηση, θέλω πίσω τα χρήματά μου αμέσως.",
        "Πού μπορώ να μάθω ελληνικά γρήγορα και δωρεάν;",
        "Ευχαριστώ πολύ, όλα έφτασαν στην ώρα τους!",
        "Το βιβλίο ήταν ενδιαφέρον, αλλά το τέλος με απογοήτευσε λίγο.",
        "Καλημέρα, τι κάνεις;",
    ),
    "Turkish": (
        "Gökyüzü neden mavi ve çimen neden yeşil?",
        "Hizmet çok kötüydü, paramı geri istiyorum, bir daha gelmeyeceğim.",
        "Türkçeyi hızlı ve ücretsiz olarak nerede öğrenebilirim?",
        "Çok teşekkür ederim, her şey zamanında geldi, ışıl ışıl!",
        "Kitap ilginçti ama sonu beni biraz hayal kırıklığına uğrattı.",
        "Günaydın, nasılsınız?",
    ),
    "Hebrew": (
        "למה השמיים כחולים והדשא ירוק?",
        "שירות גרוע מאוד, אני רוצה את הכסף שלי בחזרה.",
        "איפה אפשר ללמוד עברית מהר ובחינם?",
        "תודה רבה, הכול הגיע בזמן!",
        "הספר היה מעניין אבל הסוף קצת אכזב אותי.",
        "שלום, מה שלומך?",
    ),
    "Arabic": (
        "لماذا السماء زرقاء والعشب أخضر؟",
        "خدمة سيئة جدا، أريد استرجاع نقودي فورا.",
        "أين يمكنني تعلم اللغة العربية بسرعة ومجانا؟",
        "شكرا جزيلا، كل شيء وصل في الوقت المحدد!",
        "الكتاب كان ممتعا لكن النهاية خيبت أملي قليلا.",
        "صباح الخير، كيف حالك؟",
    ),
    "Lithuanian": (
        "Kodėl dangus mėlynas, o žolė žalia?",
        "Labai blogas aptarnavimas, noriu susigrąžinti pinigus šiandien.",
        "Kur galima greitai ir nemokamai išmokti lietuvių kalbą?",
        "Ačiū labai, viskas atvyko laiku, esu patenkintas jūsų darbu!",
        "Knyga buvo įdomi, bet pabaiga mane šiek tiek nuvylė.",
        "Labas rytas, kaip sekasi tavo žmonai?",
    ),
    "Thai": (
        "ทำไมท้องฟ้าถึงเป็นสีฟ้าและหญ้าเป็นสีเขียว",
        "บริการแย่มาก ขอเงินคืนเดี๋ยวนี้",
        "เรียนภาษาไทยฟรีได้ที่ไหนบ้าง",
        "ขอบคุณมาก สินค้ามาถึงตรงเวลา",
        "หนังสือน่าสนใจแต่ตอนจบน่าผิดหวังนิดหน่อย",
        "สวัสดีครับ สบายดีไหม",
    ),
    "Japanese": (
        "空はなぜ青いのですか。",
        "サービスが最悪でした。お金を返してください。",
        "日本語を無料で早く学ぶにはどうすればいいですか。",
        "ありがとうございます、予定通りに届きました。",
        "本は面白かったですが、結末には少しがっかりしました。",
        "おはよう、元気ですか。",
    ),
    "Chinese": (
        "天空为什么是蓝色的,草为什么是绿色的?",
        "这家店的服务太差了,再也不来,请退钱。",
        "在哪里可以免费学习中文?",
        "非常感谢,东西按时到了,味道很好。",
        "这本书很有意思,但是结局让我有点失望。",
        "早上好,你怎么样?",
    ),
    "Chinese, traditional": (
        "天空為什麼是藍色的,草為什麼是綠色的?",
        "這家店的服務太差了,再也不來,請退錢。",
        "在哪裡可以免費學習中文?",
        "非常感謝,東西準時到了,味道很好。",
        "這本書很有意思,但是結局讓我有點失望。",
        "早安,你好嗎?",
    ),
    "Korean": (
        "하늘은 왜 파랗고 풀은 왜 초록색인가요?",
        "서비스가 최악이에요. 돈을 돌려주세요.",
        "한국어를 무료로 빨리 배우려면 어떻게 해야 하나요?",
        "정말 감사합니다. 제시간에 도착했어요!",
        "책은 재미있었지만 결말이 조금 실망스러웠어요.",
        "안녕하세요, 잘 지내세요?",
    ),
}
LONG_ROWS = 200


class Sample(NamedTuple):
    """A file's text, the encoding that it is written in, and the language."""

    language: str
    encoding: str
    text: str


def short_samples() -> Iterator[Sample]:
    """A file with one row of text for each sentence that an encoding can write."""
    for language, encodings in ENCODINGS_OF.items():
        for encoding in encodings:
            for sentence in _written(language, encoding):
                yield Sample(language, encoding, f"id,text\n1,{sentence}\n")


def long_samples() -> Iterator[Sample]:
    """A file of `LONG_ROWS` rows for each language and encoding."""
    for language, encodings in ENCODINGS_OF.items():
        for encoding in encodings:
            sentences = _written(language, encoding)
            rows = (f"{row},{sentences[row % len(sentences)]}\n" for row in range(LONG_ROWS))
            yield Sample(language, encoding, "id,text\n" + "".join(rows))


def _written(language: str, encoding: str) -> list[str]:
    """The sentences that fit an encoding, and that ASCII does not fit."""
    return [one for one in TEXTS[language] if not one.isascii() and _fits(one, encoding)]


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
