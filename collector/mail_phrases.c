/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_phrases.c: the words by which mail programs in Romania and Poland (and the English ones
 * beside them) mark quotes and signatures; folded as mail_fold() does. To teach another
 * program: add a row.
 */
#include "collector/mail_quote.h"

#define ROW(text)                                                                        \
	{                                                                                \
		SV_INIT(text), 0                                                         \
	}
#define LABEL(text, is)                                                                  \
	{                                                                                \
		SV_INIT(text), is                                                        \
	}
#define SET(name)                                                                        \
	const struct phrases phrases_##name = { name, sizeof(name) / sizeof(name[0]) }

/* clang-format off */

/* What an attribution ends with, before the colon. */
static const struct phrase verbs[] = {
	/* ro */ ROW("a scris"), ROW("au scris"), ROW("a scris urmatoarele"), ROW("scria"), ROW("a trimis"),
	/* pl */ ROW("napisal(a)"), ROW("napisal"), ROW("napisala"), ROW("napisal/a"), ROW("napisal(-a)"),
	ROW("napisal/-a"), ROW("napisali"), ROW("napisano"), ROW("pisze"), ROW("pisal(a)"), ROW("pisal"),
	ROW("wyslal(a)"), ROW("napisal(a) nastepujaco"),
	/* en */ ROW("wrote"), ROW("writes"), ROW("has written"),
	/* de, fr, it, hu: neighbours */ ROW("schrieb"), ROW("a ecrit"), ROW("ha scritto"), ROW("irta"),
};
SET(verbs);

/* Where the date or the address comes behind the verb. */
static const struct phrase dated_verbs[] = {
	/* ro */ ROW("a scris la"), ROW("a scris in"), ROW("a scris pe"), ROW("a scris in data de"),
	/* pl */ ROW("pisze w dniu"), ROW("napisal(a) w dniu"), ROW("napisal w dniu"), ROW("napisala w dniu"),
	ROW("napisal(a) dnia"), ROW("napisal dnia"), ROW("napisala dnia"), ROW("wiadomosc napisana przez"),
	/* en */ ROW("wrote on"), ROW("said the following on"), ROW("wrote the following on"),
	/* de */ ROW("schrieb"),
	/* webmail of the Horde */ ROW("citez din"), ROW("cytowanie"), ROW("quoting"),
};
SET(dated_verbs);

/* How an attribution begins that may be broken over several lines. */
static const struct phrase starts[] = {
	/* ro */ ROW("in"), ROW("la"), ROW("pe"), ROW("la data de"), ROW("lun"), ROW("mar"), ROW("mie"), ROW("joi"),
	ROW("vin"), ROW("sam"), ROW("dum"), ROW("luni"), ROW("marti"), ROW("miercuri"), ROW("vineri"),
	ROW("sambata"), ROW("duminica"),
	/* pl */ ROW("w dniu"), ROW("dnia"), ROW("w"), ROW("pon"), ROW("wt"), ROW("sr"), ROW("czw"), ROW("pt"),
	ROW("sob"), ROW("niedz"), ROW("nd"), ROW("poniedzialek"), ROW("wtorek"), ROW("sroda"), ROW("czwartek"),
	ROW("piatek"), ROW("sobota"), ROW("niedziela"),
	/* en */ ROW("on"), ROW("at"), ROW("mon"), ROW("tue"), ROW("wed"), ROW("thu"), ROW("fri"), ROW("sat"),
	ROW("sun"), ROW("monday"), ROW("tuesday"), ROW("wednesday"), ROW("thursday"), ROW("friday"),
	ROW("saturday"), ROW("sunday"),
	/* de, fr */ ROW("am"), ROW("le"),
};
SET(starts);

/* Between dashes, or before a colon. */
static const struct phrase separators[] = {
	/* ro */ ROW("mesaj original"), ROW("mesajul original"), ROW("mesaj initial"), ROW("mesajul initial"),
	ROW("mesaj redirectionat"), ROW("mesajul redirectionat"), ROW("inceputul mesajului redirectionat"),
	ROW("mesaj transmis mai departe"), ROW("mesaj retrimis"), ROW("mesaj raspuns"), ROW("mesaj inaintat"),
	ROW("inceput mesaj redirectionat"), ROW("email original"), ROW("e-mail original"),
	/* pl */ ROW("tresc oryginalnej wiadomosci"), ROW("tresc przekazanej wiadomosci"),
	ROW("tresc przekazywanej wiadomosci"), ROW("wiadomosc oryginalna"), ROW("oryginalna wiadomosc"),
	ROW("wiadomosc przekazana"), ROW("przekazana wiadomosc"), ROW("wiadomosc zrodlowa"),
	ROW("poczatek przekazywanej wiadomosci"), ROW("poczatek przekazanej wiadomosci"),
	ROW("wiadomosc przekazywana dalej"), ROW("wiadomosc pierwotna"), ROW("oryginalny e-mail"),
	ROW("oryginalny email"),
	/* en */ ROW("original message"), ROW("forwarded message"), ROW("begin forwarded message"),
	ROW("original appointment"), ROW("reply message"), ROW("original email"), ROW("forwarded by"),
	/* de */ ROW("ursprungliche nachricht"),
};
SET(separators);

/* What help desks write over what they quote. */
static const struct phrase above[] = {
	/* ro */ ROW("deasupra acestei linii"), ROW("deasupra acestui rand"), ROW("deasupra liniei"),
	/* pl */ ROW("powyzej tej linii"), ROW("powyzej tego wiersza"), ROW("nad ta linia"),
	/* en */ ROW("above this line"),
};
SET(above);

static const struct phrase labels[] = {
	/* ro */ LABEL("de la", LABEL_FROM), LABEL("expeditor", LABEL_FROM), LABEL("trimis", LABEL_SENT),
	LABEL("trimis la", LABEL_SENT), LABEL("data", LABEL_SENT), LABEL("data trimiterii", LABEL_SENT),
	LABEL("catre", LABEL_TO), LABEL("destinatar", LABEL_TO), LABEL("destinatari", LABEL_TO),
	LABEL("subiect", LABEL_SUBJECT), LABEL("subiectul", LABEL_SUBJECT), LABEL("raspuns la", LABEL_OTHER),
	LABEL("raspunde la", LABEL_OTHER), LABEL("importanta", LABEL_OTHER), LABEL("atasamente", LABEL_OTHER),
	/* pl */ LABEL("od", LABEL_FROM), LABEL("nadawca", LABEL_FROM), LABEL("wyslano", LABEL_SENT),
	LABEL("wyslane", LABEL_SENT), LABEL("data wyslania", LABEL_SENT), LABEL("do", LABEL_TO),
	LABEL("adresat", LABEL_TO), LABEL("odbiorca", LABEL_TO), LABEL("dw", LABEL_OTHER),
	LABEL("udw", LABEL_OTHER), LABEL("kopia", LABEL_OTHER), LABEL("kopia do", LABEL_OTHER),
	LABEL("temat", LABEL_SUBJECT), LABEL("odpowiedz do", LABEL_OTHER), LABEL("waznosc", LABEL_OTHER),
	LABEL("zalaczniki", LABEL_OTHER),
	/* en */ LABEL("from", LABEL_FROM), LABEL("sender", LABEL_FROM), LABEL("sent", LABEL_SENT),
	LABEL("date", LABEL_SENT), LABEL("to", LABEL_TO), LABEL("cc", LABEL_OTHER), LABEL("bcc", LABEL_OTHER),
	LABEL("subject", LABEL_SUBJECT), LABEL("reply-to", LABEL_OTHER), LABEL("importance", LABEL_OTHER),
	LABEL("attachments", LABEL_OTHER),
};
SET(labels);

/* A line that a program or a telephone adds: one of these and one of the next table. */
static const struct phrase sent[] = {
	/* ro */ ROW("trimis de pe"), ROW("trimis din"), ROW("trimis cu"), ROW("trimis prin"), ROW("expediat de pe"),
	ROW("trimisa de pe"), ROW("obtine outlook pentru"), ROW("obtineti outlook pentru"), ROW("descarcati outlook pentru"), ROW("acest e-mail a fost verificat"),
	ROW("acest email a fost verificat"), ROW("fara virusi"),
	/* pl */ ROW("wyslano z"), ROW("wyslane z"), ROW("wyslano ze"), ROW("wyslane ze"), ROW("wyslane przez"),
	ROW("wyslano przez"), ROW("wyslano za pomoca"), ROW("wiadomosc wyslana z"), ROW("pobierz outlook dla"), ROW("pobierz aplikacje outlook dla"),
	ROW("uzyskaj aplikacje outlook dla"), ROW("uzyskaj program outlook dla"),
	ROW("wolne od wirusow"), ROW("wolny od wirusow"), ROW("ta wiadomosc zostala sprawdzona"),
	ROW("ta wiadomosc e-mail zostala sprawdzona"), ROW("nie zawiera wirusow"),
	/* en */ ROW("sent from"), ROW("sent with"), ROW("sent via"), ROW("get outlook for"), ROW("virus-free"),
};
SET(sent);

static const struct phrase devices[] = {
	ROW("iphone"), ROW("ipad"), ROW("ipod"), ROW("android"), ROW("samsung"), ROW("galaxy"), ROW("huawei"),
	ROW("xiaomi"), ROW("redmi"), ROW("oppo"), ROW("motorola"), ROW("pixel"), ROW("blackberry"), ROW("outlook"),
	ROW("yahoo"), ROW("gmail"), ROW("proton"), ROW("protonmail"), ROW("windows"), ROW("thunderbird"),
	ROW("mail for"), ROW("mail pentru"), ROW("poczta"), ROW("poczty"), ROW("ios"), ROW("aplikacji mobilnej"), ROW("aplicatia mobila"),
	ROW("telefonul"), ROW("telefonu"), ROW("telefonul meu"), ROW("smartfona"), ROW("smartphone"),
	ROW("urzadzenia"), ROW("dispozitivul"), ROW("tableta"), ROW("tabletu"), ROW("mobil"),
	ROW("mobilul"), ROW("my mobile"), ROW("my phone"), ROW("o2"), ROW("wp"), ROW("onet"),
	ROW("interia"), ROW("avast"), ROW("avg"), ROW("eset"),
};
SET(devices);

static const struct phrase greetings[] = {
	/* ro */ ROW("buna ziua"), ROW("buna seara"), ROW("buna dimineata"), ROW("buna"), ROW("salut"),
	ROW("salutare"), ROW("stimata doamna"), ROW("stimate domn"), ROW("servus"),
	/* pl */ ROW("dzien dobry"), ROW("dobry wieczor"), ROW("witam"), ROW("czesc"), ROW("szanowni panstwo"),
	ROW("szanowna pani"), ROW("szanowny panie"), ROW("hej"), ROW("witajcie"),
	/* en */ ROW("hello"), ROW("hi"), ROW("hey"), ROW("dear"), ROW("good morning"), ROW("good afternoon"),
};
SET(greetings);

static const struct phrase prefixes[] = {
	ROW("re"), ROW("fwd"), ROW("fw"), ROW("odp"), ROW("pd"), ROW("rasp"), ROW("raspuns"), ROW("odpowiedz"),
	ROW("aw"), ROW("wg"), ROW("sv"), ROW("redirectionat"),
};
SET(prefixes);
