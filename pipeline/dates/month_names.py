"""The months' names of the calendar that the world's news are dated by, by language (from CLDR).

Twelve groups a language, January first: the name in a date, its short form, the name alone, and
others in use. They are written as ``fold_words`` makes them: small letters without accents.
"""

from __future__ import annotations

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""The short names of English, which most programs write."""

MONTH_NAMES: dict[str, str] = {
    "en": (
        "january jan | february feb | march mar | april apr | may | june jun | july jul | "
        "august aug | september sep sept | october oct | november nov | december dec"
    ),
    "de": (
        "januar jan janner jaenner | februar feb feber | marz mar maerz mrz | april apr | mai | "
        "juni jun | juli jul | august aug | september sept sep | oktober okt | november nov | "
        "dezember dez"
    ),
    "fr": (
        "janvier janv | fevrier fevr fev | mars | avril avr | mai | juin | juillet juil jul | "
        "aout | septembre sept | octobre oct | novembre nov | decembre dec"
    ),
    "es": (
        "enero ene | febrero feb | marzo mar | abril abr | mayo may | junio jun | julio jul | "
        "agosto ago | septiembre sept sep setiembre | octubre oct | noviembre nov | diciembre "
        "dic"
    ),
    "it": (
        "gennaio gen | febbraio feb | marzo mar | aprile apr | maggio mag | giugno giu | luglio "
        "lug | agosto ago | settembre set | ottobre ott | novembre nov | dicembre dic"
    ),
    "pt": (
        "janeiro jan | fevereiro fev | marco mar | abril abr | maio mai | junho jun | julho jul "
        "| agosto ago | setembro set | outubro out | novembro nov | dezembro dez"
    ),
    "nl": (
        "januari jan | februari feb | maart mrt | april apr | mei | juni jun | juli jul | "
        "augustus aug | september sep | oktober okt | november nov | december dec"
    ),
    "ru": (
        "января янв январь | февраля февр февраль фев | марта мар март | апреля апр апрель | "
        "мая маи | июня июн июнь | июля июл июль | августа авг август | сентября сент сентябрь "
        "сен | октября окт октябрь | ноября нояб ноябрь ноя | декабря дек декабрь"
    ),
    "uk": (
        "січня січ січень | лютого лют лютии | березня бер березень | квітня квіт квітень | "
        "травня трав травень | червня черв червень | липня лип липень | серпня серп серпень | "
        "вересня вер вересень | жовтня жовт жовтень | листопада лист листопад | грудня груд "
        "грудень"
    ),
    "be": (
        "студзеня сту студзень | лютага лют люты | сакавіка сак сакавік | красавіка кра "
        "красавік | мая маи | чэрвеня чэр чэрвень | ліпеня ліп ліпень | жніуня жні жнівень | "
        "верасня вер верасень | кастрычніка кас кастрычнік | лістапада ліс лістапад | снежня "
        "сне снежань"
    ),
    "bg": (
        "януари яну | февруари фев | март | април апр | маи | юни | юли | август авг | "
        "септември сеп | октомври окт | ноември ное | декември дек"
    ),
    "sr": (
        "јануар јан | фебруар феб | март мар | април апр | мај | јун | јул | август авг | "
        "септембар сеп | октобар окт | новембар нов | децембар дец"
    ),
    "mk": (
        "јануари јан | февруари фев | март мар | април апр | мај | јуни јун | јули јул | август "
        "авг | септември сеп | октомври окт | ноември ное | декември дек"
    ),
    "pl": (
        "stycznia sty styczen | lutego lut luty | marca mar marzec | kwietnia kwi kwiecien | "
        "maja maj | czerwca cze czerwiec | lipca lip lipiec | sierpnia sie sierpien | wrzesnia "
        "wrz wrzesien | pazdziernika paz pazdziernik | listopada lis listopad | grudnia gru "
        "grudzien"
    ),
    "cs": (
        "ledna led leden | unora uno unor | brezna bre brezen | dubna dub duben | kvetna kve "
        "kveten | cervna cvn cerven | cervence cvc cervenec | srpna srp srpen | zari zar | "
        "rijna rij rijen | listopadu lis listopad | prosince pro prosinec"
    ),
    "sk": (
        "januara jan januar | februara feb februar | marca mar marec | aprila apr april | maja "
        "maj | juna jun | jula jul | augusta aug august | septembra sep september | oktobra okt "
        "oktober | novembra nov november | decembra dec december"
    ),
    "sl": (
        "januar jan | februar feb | marec mar | april apr | maj | junij jun | julij jul | "
        "avgust avg | september sep | oktober okt | november nov | december dec"
    ),
    "hr": (
        "sijecnja sij sijecanj | veljace velj veljaca | ozujka ozu ozujak | travnja tra travanj "
        "| svibnja svi svibanj | lipnja lip lipanj | srpnja srp srpanj | kolovoza kol kolovoz | "
        "rujna ruj rujan | listopada lis listopad | studenoga stu studeni | prosinca pro "
        "prosinac"
    ),
    "bs": (
        "januar jan | februar feb | mart mar | april apr | maj | juni jun | juli jul | august "
        "aug | septembar sep | oktobar okt | novembar nov | decembar dec"
    ),
    "ro": (
        "ianuarie ian | februarie feb | martie mar | aprilie apr | mai | iunie iun | iulie iul "
        "| august aug | septembrie sept | octombrie oct | noiembrie nov | decembrie dec"
    ),
    "hu": (
        "januar jan | februar febr | marcius marc | aprilis apr | majus maj | junius jun | "
        "julius jul | augusztus aug | szeptember szept | oktober okt | november nov | december "
        "dec"
    ),
    "fi": (
        "tammikuuta tammi tammikuu | helmikuuta helmi helmikuu | maaliskuuta maalis maaliskuu | "
        "huhtikuuta huhti huhtikuu | toukokuuta touko toukokuu | kesakuuta kesa kesakuu | "
        "heinakuuta heina heinakuu | elokuuta elo elokuu | syyskuuta syys syyskuu | lokakuuta "
        "loka lokakuu | marraskuuta marras marraskuu | joulukuuta joulu joulukuu"
    ),
    "et": (
        "jaanuar jaan | veebruar veebr | marts | aprill apr | mai | juuni | juuli | august aug "
        "| september sept | oktoober okt | november nov | detsember dets"
    ),
    "lv": (
        "janvaris janv | februaris febr | marts | aprilis apr | maijs | junijs jun | julijs jul "
        "| augusts aug | septembris sept | oktobris okt | novembris nov | decembris dec"
    ),
    "lt": (
        "sausio saus sausis | vasario vas vasaris | kovo kov kovas | balandzio bal balandis | "
        "geguzes geg geguze | birzelio birz birzelis | liepos liep liepa | rugpjucio rugp "
        "rugpjutis | rugsejo rugs rugsejis | spalio spal spalis | lapkricio lapkr lapkritis | "
        "gruodzio gruod gruodis"
    ),
    "sv": (
        "januari jan | februari feb | mars | april apr | maj | juni | juli | augusti aug | "
        "september sep | oktober okt | november nov | december dec"
    ),
    "nb": (
        "januar jan | februar feb | mars mar | april apr | mai | juni jun | juli jul | august "
        "aug | september sep | oktober okt | november nov | desember des"
    ),
    "da": (
        "januar jan | februar feb | marts mar | april apr | maj | juni jun | juli jul | august "
        "aug | september sep | oktober okt | november nov | december dec"
    ),
    "is": (
        "januar jan | februar feb | mars mar | april apr | mai | juni jun | juli jul | agust "
        "agu | september sep | oktober okt | november nov | desember des"
    ),
    "el": (
        "ιανουαριου ιαν ιανουαριοσ γεναρησ | φεβρουαριου φεβ φεβρουαριοσ | μαρτιου μαρ μαρτιοσ "
        "| απριλιου απρ απριλιοσ | μαιου μαι μαιοσ | ιουνιου ιουν ιουνιοσ | ιουλιου ιουλ "
        "ιουλιοσ | αυγουστου αυγ αυγουστοσ | σεπτεμβριου σεπ σεπτεμβριοσ | οκτωβριου οκτ "
        "οκτωβριοσ | νοεμβριου νοε νοεμβριοσ | δεκεμβριου δεκ δεκεμβριοσ"
    ),
    "tr": (
        "ocak oca | subat sub | mart mar | nisan nis | mayıs may | haziran haz | temmuz tem | "
        "agustos agu | eylul eyl | ekim eki | kasım kas | aralık ara"
    ),
    "az": (
        "yanvar yan | fevral fev | mart mar | aprel apr | may | iyun iyn | iyul iyl | avqust "
        "avq | sentyabr sen | oktyabr okt | noyabr noy | dekabr dek"
    ),
    "kk": (
        "қаңтар қаң yan | ақпан ақп fev | наурыз нау mar | сәуір сәу apr | мамыр мам may | "
        "маусым мау iyn | шілде шіл iyl | тамыз там avq | қыркүиек қыр sen | қазан қаз okt | "
        "қараша қар noy | желтоқсан жел dek"
    ),
    "uz": (
        "yanvar yan | fevral fev | mart mar | aprel apr | may | iyun iyn | iyul iyl | avgust "
        "avg | sentabr sen | oktabr okt | noyabr noy | dekabr dek"
    ),
    "ka": (
        "იანვარი იან | თებერვალი თებ | მარტი მარ | აპრილი აპრ | მაისი მაი | ივნისი ივნ | ივლისი "
        "ივლ | აგვისტო აგვ | სექტემბერი სექ | ოქტომბერი ოქტ | ნოემბერი ნოე | დეკემბერი დეკ"
    ),
    "hy": (
        "հունվարի հնվ հունվար | փետրվարի փտվ փետրվար | մարտի մրտ մարտ | ապրիլի ապր ապրիլ | "
        "մայիսի մյս մայիս | հունիսի հնս հունիս | հուլիսի հլս հուլիս | օգոստոսի օգս օգոստոս | "
        "սեպտեմբերի սեպ սեպտեմբեր | հոկտեմբերի հոկ հոկտեմբեր | նոյեմբերի նոյ նոյեմբեր | "
        "դեկտեմբերի դեկ դեկտեմբեր"
    ),
    "sq": (
        "janar jan | shkurt shk | mars | prill pri | maj | qershor qer | korrik korr | gusht "
        "gush | shtator sht | tetor tet | nentor nen | dhjetor dhj"
    ),
    "ca": (
        "gener gen | febrer febr | marc | abril abr | maig | juny | juliol jul | agost ag | "
        "setembre set | octubre oct | novembre nov | desembre des"
    ),
    "af": (
        "januarie jan | februarie feb | maart mrt | april | mei | junie jun | julie jul | "
        "augustus aug | september sep | oktober | november nov | desember des"
    ),
    "sw": (
        "januari jan | februari feb | machi mac | aprili | mei | juni jun | julai jul | agosti "
        "ago | septemba sep | oktoba | novemba nov | desemba des"
    ),
    "id": (
        "januari jan | februari feb | maret mar | april | mei | juni jun | juli jul | agustus "
        "agu agt ags | september sep | oktober okt | november nov nop nopember | desember des"
    ),
    "ms": (
        "januari jan | februari feb | mac | april | mei | jun | julai jul | ogos ogo | "
        "september sep | oktober | november nov | disember dis"
    ),
    "fil": (
        "enero ene | pebrero peb | marso | abril abr | mayo | hunyo hun | hulyo hul | agosto "
        "ago | setyembre set | oktubre | nobyembre nob | disyembre dis"
    ),
    "ar": (
        "يناير كانونالثاني جانفي | فبراير شباط فيفري | مارس آذار | أبريل نيسان أفريل | مايو "
        "أيار ماي | يونيو حزيران جوان | يوليو تموز جويلية يوليوز | أغسطس آب أوت غشت | سبتمبر "
        "أيلول شتنبر | أكتوبر تشرينالأول | نوفمبر تشرينالثاني نونبر | ديسمبر كانونالأول دجنبر"
    ),
    "fa": (
        "ژانویهٔ ژانویه | فوریهٔ فوریه | مارس | آوریل | مهٔ مه می | ژوئن جون | ژوئیهٔ ژوئیه "
        "جولای | اوت آگوست | سپتامبر | اکتبر | نوامبر | دسامبر"
    ),
    "ps": (
        "جنوري | فبروري فېبروري | مارچ | اپریل | مۍ | جون | جولای | اګست | سېپتمبر سپتمبر | "
        "اکتوبر | نومبر | دسمبر"
    ),
    "ur": (
        "جنوری | فروری | مارچ | اپریل | مئی | جون | جولائی | اگست | ستمبر | اکتوبر | نومبر | دسمبر"
    ),
    "he": (
        "ינואר ינו | פברואר פבר | מרץ | אפריל אפר | מאי | יוני | יולי | אוגוסט אוג | ספטמבר ספט "
        "| אוקטובר אוק | נובמבר נוב | דצמבר דצמ"
    ),
    "hi": (
        "जनवरी जन | फ़रवरी फ़र फरवरी | मार्च | अप्रैल | मई | जून | जुलाई जुल | अगस्त अग | "
        "सितंबर सित सितम्बर | अक्टूबर अक्टू अक्तूबर | नवंबर नव नवम्बर | दिसंबर दिस दिसम्बर"
    ),
    "bn": (
        "জানুয়ারী জানু জানুয়ারি | ফেব্রুয়ারী ফেব ফেব্রুয়ারি | মার্চ | এপ্রিল এপ্রি | মে | "
        "জুন | জুলাই জুল | আগস্ট আগ অগস্ট | সেপ্টেম্বর সেপ | অক্টোবর অক্টো | নভেম্বর নভে | "
        "ডিসেম্বর ডিসে"
    ),
    "mr": (
        "जानेवारी जाने | फेब्रुवारी फेब्रु | मार्च | एप्रिल एप्रि | मे | जून | जुलै | ऑगस्ट ऑग "
        "| सप्टेंबर सप्टें | ऑक्टोबर ऑक्टो | नोव्हेंबर नोव्हें | डिसेंबर डिसें"
    ),
    "gu": (
        "જાન્યુઆરી જાન્યુ | ફેબ્રુઆરી ફેબ્રુ | માર્ચ | એપ્રિલ | મે | જૂન | જુલાઈ | ઑગસ્ટ | "
        "સપ્ટેમ્બર સપ્ટે | ઑક્ટોબર ઑક્ટો | નવેમ્બર નવે | ડિસેમ્બર ડિસે"
    ),
    "pa": (
        "ਜਨਵਰੀ ਜਨ | ਫ਼ਰਵਰੀ ਫ਼ਰ | ਮਾਰਚ | ਅਪ੍ਰੈਲ ਅਪ੍ਰੈ | ਮਈ | ਜੂਨ | ਜੁਲਾਈ ਜੁਲਾ | ਅਗਸਤ ਅਗ | ਸਤੰਬਰ "
        "ਸਤੰ | ਅਕਤੂਬਰ ਅਕਤੂ | ਨਵੰਬਰ ਨਵੰ | ਦਸੰਬਰ ਦਸੰ"
    ),
    "ta": (
        "ஜனவரி ஜன | பிப்ரவரி பிப் | மார்ச் மார் | ஏப்ரல் ஏப் | மே | ஜூன் | ஜூலை | ஆகஸ்ட் ஆக | "
        "செப்டம்பர் செப் | அக்டோபர் அக் | நவம்பர் நவ | டிசம்பர் டிச"
    ),
    "te": (
        "జనవరి జన | ఫిబ్రవరి ఫిబ్ర | మార్చి | ఏప్రిల్ ఏప్రి | మే | జూన్ | జులై | ఆగస్టు ఆగ | "
        "సెప్టెంబర్ సెప్టెం | అక్టోబర్ అక్టో | నవంబర్ నవం | డిసెంబర్ డిసెం"
    ),
    "kn": (
        "ಜನವರಿ ಜನ | ಫೆಬ್ರವರಿ ಫೆಬ್ರ | ಮಾರ್ಚ್ | ಏಪ್ರಿಲ್ ಏಪ್ರಿ | ಮೇ | ಜೂನ್ | ಜುಲೈ | ಆಗಸ್ಟ್ ಆಗ | "
        "ಸೆಪ್ಟೆಂಬರ್ ಸೆಪ್ಟೆಂ | ಅಕ್ಟೋಬರ್ ಅಕ್ಟೋ | ನವೆಂಬರ್ ನವೆಂ | ಡಿಸೆಂಬರ್ ಡಿಸೆಂ"
    ),
    "ml": (
        "ജനുവരി ജനു | ഫെബ്രുവരി ഫെബ്രു | മാർച്ച് മാർ | ഏപ്രിൽ ഏപ്രി | മേയ് | ജൂൺ | ജൂലൈ | "
        "ഓഗസ്റ്റ് ഓഗ | സെപ്റ്റംബർ സെപ്റ്റം | ഒക്‌ടോബർ ഒക്ടോ | നവംബർ നവം | ഡിസംബർ ഡിസം"
    ),
    "si": (
        "ජනවාරි ජන | පෙබරවාරි පෙබ | මාර්තු මාර් | අප්‍රේල් | මැයි | ජූනි | ජූලි | අගෝස්තු අගෝ | "
        "සැප්තැම්බර් සැප් | ඔක්තෝබර් ඔක් | නොවැම්බර් නොවැ | දෙසැම්බර් දෙසැ"
    ),
    "ne": (
        "जनवरी | फेब्रुअरी | मार्च | अप्रिल | मे | जुन | जुलाई | अगस्ट | सेप्टेम्बर | अक्टोबर | नोभेम्बर | डिसेम्बर"
    ),
    "th": (
        "มกราคม มค | กุมภาพันธ์ กพ | มีนาคม มีค | เมษายน เมย | พฤษภาคม พค | มิถุนายน มิย | "
        "กรกฎาคม กค | สิงหาคม สค | กันยายน กย | ตุลาคม ตค | พฤศจิกายน พย | ธันวาคม ธค"
    ),
    "lo": (
        "ມັງກອນ ມກ | ກຸມພາ ກພ | ມີນາ ມນ | ເມສາ ມສ | ພຶດສະພາ ພພ | ມິຖຸນາ ມິຖ | ກໍລະກົດ ກລ | "
        "ສິງຫາ ສຫ | ກັນຍາ ກຍ | ຕຸລາ ຕລ | ພະຈິກ ພຈ | ທັນວາ ທວ"
    ),
    "my": (
        "ဇန်နဝါရီ ဇန် | ဖေဖော်ဝါရီ ဖေ | မတ် | ဧပြီ ဧ | မေ | ဇွန် | ဇူလိုင် ဇူ | ဩဂုတ် ဩ | "
        "စက်တင်ဘာ စက် | အောက်တိုဘာ အောက် | နိုဝင်ဘာ နို | ဒီဇင်ဘာ ဒီ"
    ),
    "km": ("មករា | កុម្ភៈ | មីនា | មេសា | ឧសភា | មិថុនា | កក្កដា | សីហា | កញ្ញា | តុលា | វិច្ឆិកា | ធ្នូ"),
    "am": (
        "ጃንዋሪ ጃን | ፌብሩዋሪ ፌብ | ማርች | ኤፕሪል ኤፕሪ | ሜይ | ጁን | ጁላይ | ኦገስት ኦገስ | ሴፕቴምበር ሴፕቴ | ኦክቶበር "
        "ኦክቶ | ኖቬምበር ኖቬም | ዲሴምበር ዲሴም"
    ),
}
"""Language -> its months. Languages that share all their words stand here once."""
