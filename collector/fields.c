/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fields.c: the two tables of fields.h. To teach another header: add a row, in order; the
 * test says where it is not. A header means one thing a kind; "data" is when an answer was
 * given, and in an interaction when it began.
 */
#include "collector/fields.h"

#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"

/* clang-format off */
#define AT(member) offsetof(struct record, member)
static const struct field_info fields[FIELD_COUNT] = {
	[FIELD_NONE] = { "", 0, TYPE_OTHER, 0 },
	[FIELD_ID] = { "id", ANY, TYPE_ID, AT(external_id) },
	[FIELD_CHANNEL] = { "channel", ANY, TYPE_OTHER, 0 },
	[FIELD_INTERACTION] = { "interaction", ANY, TYPE_ID, AT(interaction) },
	[FIELD_ANSWERED_AT] = { "answered_at", ANSWER, TYPE_TIME, AT(answered_at) },
	[FIELD_OCCURRED_AT] = { "occurred_at", ANSWER | CONTACT | ACTION, TYPE_TIME, AT(occurred_at) },
	[FIELD_ASKED_AT] = { "asked_at", ANSWER | INVITE, TYPE_TIME, AT(asked_at) },
	[FIELD_CUSTOMER] = { "customer", ANY & ~PERSON, TYPE_ID, AT(customer) },
	[FIELD_AGENT] = { "agent", ANY, TYPE_TEXT, AT(agent) },
	[FIELD_TEAM] = { "team", ANY, TYPE_TEXT, AT(team) },
	[FIELD_QUEUE] = { "queue", ANY, TYPE_TEXT, AT(queue) },
	[FIELD_CSAT] = { "csat", ANSWER, TYPE_SCORE, 0 },
	[FIELD_NPS] = { "nps", ANSWER, TYPE_SCORE, 0 },
	[FIELD_CES] = { "ces", ANSWER, TYPE_SCORE, 0 },
	[FIELD_CES1] = { "ces1", ANSWER, TYPE_SCORE, 0 },
	[FIELD_CES2] = { "ces2", ANSWER, TYPE_SCORE, 0 },
	[FIELD_FCR] = { "fcr", ANSWER, TYPE_SCORE, 0 },
	[FIELD_COMMENT] = { "comment", ANSWER, TYPE_TEXT, AT(comment) },
	[FIELD_LANGUAGE] = { "language", ANSWER, TYPE_OTHER, 0 },
	[FIELD_FIRST_RESPONSE_AT] = { "first_response_at", CONTACT, TYPE_TIME, AT(first_response_at) },
	[FIELD_RESOLVED_AT] = { "resolved_at", CONTACT, TYPE_TIME, AT(resolved_at) },
	[FIELD_ESCALATED] = { "escalated", CONTACT, TYPE_YESNO, AT(escalated) },
	[FIELD_SELF_SERVICE] = { "self_service", CONTACT, TYPE_YESNO, AT(self_service) },
	[FIELD_REASON] = { "reason", CONTACT, TYPE_TEXT, AT(reason) },
	[FIELD_DELIVERY] = { "delivery", INVITE, TYPE_OTHER, 0 },
	[FIELD_ACTIVITY] = { "activity", ACTION, TYPE_TEXT, AT(activity) },
	[FIELD_VALUE] = { "value", ACTION, TYPE_OTHER, 0 },
	[FIELD_EMAIL] = { "email", PERSON, TYPE_ID, AT(email) },
	[FIELD_PHONE] = { "phone", PERSON, TYPE_ID, AT(phone) },
	[FIELD_CRM] = { "crm", PERSON, TYPE_ID, AT(crm) },
	[FIELD_ATTR] = { "attr", ANY, TYPE_OTHER, 0 },
};
#undef AT

struct synonym {
	const char *folded; /* as header_fold() leaves it; sorted */
	enum field field;
	uint8_t kinds;
	bool fallback;	  /* only where no other column is this field */
	const char *attr; /* FIELD_ATTR: its key */
};

static const struct synonym synonyms[] = {
	{ "abonament", FIELD_ATTR, ANY, false, "plan" },
	{ "activitate", FIELD_ACTIVITY, ACTION, false, NULL },
	{ "activity", FIELD_ACTIVITY, ACTION, false, NULL },
	{ "adresaemail", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, true, NULL },
	{ "adresaemail", FIELD_EMAIL, PERSON, false, NULL },
	{ "adresemail", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, true, NULL },
	{ "adresemail", FIELD_EMAIL, PERSON, false, NULL },
	{ "agent", FIELD_AGENT, ANY, false, NULL },
	{ "agentname", FIELD_AGENT, ANY, false, NULL },
	{ "aktywnosc", FIELD_ACTIVITY, ACTION, false, NULL },
	{ "amount", FIELD_VALUE, ACTION, false, NULL },
	{ "answeredat", FIELD_ANSWERED_AT, ANSWER, false, NULL },
	{ "answerid", FIELD_ID, ANY, false, NULL },
	{ "apel", FIELD_INTERACTION, ANY, false, NULL },
	{ "askedat", FIELD_ASKED_AT, ANSWER | INVITE, false, NULL },
	{ "assignee", FIELD_AGENT, ANY, false, NULL },
	{ "autoservire", FIELD_SELF_SERVICE, CONTACT, false, NULL },
	{ "callid", FIELD_INTERACTION, ANY, false, NULL },
	{ "canal", FIELD_CHANNEL, ANY, false, NULL },
	{ "ces", FIELD_CES, ANSWER, false, NULL },
	{ "ces1", FIELD_CES1, ANSWER, false, NULL },
	{ "ces2", FIELD_CES2, ANSWER, false, NULL },
	{ "cesscore", FIELD_CES, ANSWER, false, NULL },
	{ "channel", FIELD_CHANNEL, ANY, false, NULL },
	{ "chatid", FIELD_INTERACTION, ANY, false, NULL },
	{ "client", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, false, NULL },
	{ "clientid", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, false, NULL },
	{ "closedat", FIELD_RESOLVED_AT, CONTACT, false, NULL },
	{ "coada", FIELD_QUEUE, ANY, false, NULL },
	{ "comentariu", FIELD_COMMENT, ANSWER, false, NULL },
	{ "comentariul", FIELD_COMMENT, ANSWER, false, NULL },
	{ "comment", FIELD_COMMENT, ANSWER, false, NULL },
	{ "comments", FIELD_COMMENT, ANSWER, false, NULL },
	{ "consultant", FIELD_AGENT, ANY, false, NULL },
	{ "contact", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, false, NULL },
	{ "contactid", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, false, NULL },
	{ "contactreason", FIELD_REASON, CONTACT, false, NULL },
	{ "conversatie", FIELD_INTERACTION, ANY, false, NULL },
	{ "conversation", FIELD_INTERACTION, ANY, false, NULL },
	{ "conversationid", FIELD_INTERACTION, ANY, false, NULL },
	{ "country", FIELD_ATTR, ANY, false, "country" },
	{ "createdat", FIELD_ANSWERED_AT, ANSWER, false, NULL },
	{ "createdat", FIELD_OCCURRED_AT, CONTACT | ACTION, false, NULL },
	{ "createdat", FIELD_ASKED_AT, INVITE, false, NULL },
	{ "crm", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, true, NULL },
	{ "crm", FIELD_CRM, PERSON, false, NULL },
	{ "crmid", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, true, NULL },
	{ "crmid", FIELD_CRM, PERSON, false, NULL },
	{ "csat", FIELD_CSAT, ANSWER, false, NULL },
	{ "csatscore", FIELD_CSAT, ANSWER, false, NULL },
	{ "customer", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, false, NULL },
	{ "customerid", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, false, NULL },
	{ "customerid", FIELD_CRM, PERSON, false, NULL },
	{ "data", FIELD_ANSWERED_AT, ANSWER, false, NULL },
	{ "data", FIELD_OCCURRED_AT, CONTACT | ACTION, false, NULL },
	{ "data", FIELD_ASKED_AT, INVITE, false, NULL },
	{ "dataigodzina", FIELD_ANSWERED_AT, ANSWER, false, NULL },
	{ "dataigodzina", FIELD_OCCURRED_AT, CONTACT | ACTION, false, NULL },
	{ "dataigodzina", FIELD_ASKED_AT, INVITE, false, NULL },
	{ "datainteractiunii", FIELD_OCCURRED_AT, ANSWER | CONTACT | ACTION, false, NULL },
	{ "datakontaktu", FIELD_OCCURRED_AT, ANSWER | CONTACT | ACTION, false, NULL },
	{ "dataodpowiedzi", FIELD_ANSWERED_AT, ANSWER, false, NULL },
	{ "dataora", FIELD_ANSWERED_AT, ANSWER, false, NULL },
	{ "dataora", FIELD_OCCURRED_AT, CONTACT | ACTION, false, NULL },
	{ "dataora", FIELD_ASKED_AT, INVITE, false, NULL },
	{ "dataraspunsului", FIELD_ANSWERED_AT, ANSWER, false, NULL },
	{ "datatrimiterii", FIELD_ASKED_AT, ANSWER | INVITE, false, NULL },
	{ "datawyslania", FIELD_ASKED_AT, ANSWER | INVITE, false, NULL },
	{ "date", FIELD_ANSWERED_AT, ANSWER, false, NULL },
	{ "date", FIELD_OCCURRED_AT, CONTACT | ACTION, false, NULL },
	{ "date", FIELD_ASKED_AT, INVITE, false, NULL },
	{ "datetime", FIELD_ANSWERED_AT, ANSWER, false, NULL },
	{ "datetime", FIELD_OCCURRED_AT, CONTACT | ACTION, false, NULL },
	{ "datetime", FIELD_ASKED_AT, INVITE, false, NULL },
	{ "delivery", FIELD_DELIVERY, INVITE, false, NULL },
	{ "deliverystatus", FIELD_DELIVERY, INVITE, false, NULL },
	{ "device", FIELD_ATTR, ANY, false, "device" },
	{ "dispozitiv", FIELD_ATTR, ANY, false, "device" },
	{ "doreczenie", FIELD_DELIVERY, INVITE, false, NULL },
	{ "echipa", FIELD_TEAM, ANY, false, NULL },
	{ "effort", FIELD_CES, ANSWER, false, NULL },
	{ "efort", FIELD_CES, ANSWER, false, NULL },
	{ "email", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, true, NULL },
	{ "email", FIELD_EMAIL, PERSON, false, NULL },
	{ "emailaddress", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, true, NULL },
	{ "emailaddress", FIELD_EMAIL, PERSON, false, NULL },
	{ "escaladat", FIELD_ESCALATED, CONTACT, false, NULL },
	{ "escalated", FIELD_ESCALATED, CONTACT, false, NULL },
	{ "eskalowano", FIELD_ESCALATED, CONTACT, false, NULL },
	{ "etap", FIELD_ATTR, ANY, false, "stage" },
	{ "etapa", FIELD_ATTR, ANY, false, "stage" },
	{ "event", FIELD_ACTIVITY, ACTION, false, NULL },
	{ "externalid", FIELD_ID, ANY, false, NULL },
	{ "fcr", FIELD_FCR, ANSWER, false, NULL },
	{ "feedback", FIELD_COMMENT, ANSWER, false, NULL },
	{ "feedbackid", FIELD_ID, ANY, false, NULL },
	{ "feedbackmessage", FIELD_COMMENT, ANSWER, false, NULL },
	{ "firstreplyat", FIELD_FIRST_RESPONSE_AT, CONTACT, false, NULL },
	{ "firstresponse", FIELD_FIRST_RESPONSE_AT, CONTACT, false, NULL },
	{ "firstresponseat", FIELD_FIRST_RESPONSE_AT, CONTACT, false, NULL },
	{ "id", FIELD_ID, ANY, false, NULL },
	{ "idclient", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, false, NULL },
	{ "idclient", FIELD_CRM, PERSON, false, NULL },
	{ "idklienta", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, false, NULL },
	{ "idklienta", FIELD_CRM, PERSON, false, NULL },
	{ "idodpowiedzi", FIELD_ID, ANY, false, NULL },
	{ "idraspuns", FIELD_ID, ANY, false, NULL },
	{ "idtichet", FIELD_INTERACTION, ANY, false, NULL },
	{ "inceput", FIELD_OCCURRED_AT, ANSWER | CONTACT | ACTION, false, NULL },
	{ "interaction", FIELD_INTERACTION, ANY, false, NULL },
	{ "interactionid", FIELD_INTERACTION, ANY, false, NULL },
	{ "interactiune", FIELD_INTERACTION, ANY, false, NULL },
	{ "invitedat", FIELD_ASKED_AT, ANSWER | INVITE, false, NULL },
	{ "jezyk", FIELD_LANGUAGE, ANSWER, false, NULL },
	{ "kanal", FIELD_CHANNEL, ANY, false, NULL },
	{ "klient", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, false, NULL },
	{ "kolejka", FIELD_QUEUE, ANY, false, NULL },
	{ "komentarz", FIELD_COMMENT, ANSWER, false, NULL },
	{ "konsultant", FIELD_AGENT, ANY, false, NULL },
	{ "kontakt", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, false, NULL },
	{ "kraj", FIELD_ATTR, ANY, false, "country" },
	{ "kwota", FIELD_VALUE, ACTION, false, NULL },
	{ "lang", FIELD_LANGUAGE, ANSWER, false, NULL },
	{ "language", FIELD_LANGUAGE, ANSWER, false, NULL },
	{ "latwosc", FIELD_CES, ANSWER, false, NULL },
	{ "limba", FIELD_LANGUAGE, ANSWER, false, NULL },
	{ "linkedid", FIELD_INTERACTION, ANY, false, NULL },
	{ "livrare", FIELD_DELIVERY, INVITE, false, NULL },
	{ "locale", FIELD_LANGUAGE, ANSWER, false, NULL },
	{ "mail", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, true, NULL },
	{ "mail", FIELD_EMAIL, PERSON, false, NULL },
	{ "motiv", FIELD_REASON, CONTACT, false, NULL },
	{ "nota", FIELD_CSAT, ANSWER, false, NULL },
	{ "nps", FIELD_NPS, ANSWER, false, NULL },
	{ "npsscore", FIELD_NPS, ANSWER, false, NULL },
	{ "nr", FIELD_ID, ANY, false, NULL },
	{ "nrzgloszenia", FIELD_INTERACTION, ANY, false, NULL },
	{ "numar", FIELD_ID, ANY, false, NULL },
	{ "numardetelefon", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, true, NULL },
	{ "numardetelefon", FIELD_PHONE, PERSON, false, NULL },
	{ "numer", FIELD_ID, ANY, false, NULL },
	{ "numertelefonu", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, true, NULL },
	{ "numertelefonu", FIELD_PHONE, PERSON, false, NULL },
	{ "observatii", FIELD_COMMENT, ANSWER, false, NULL },
	{ "occurredat", FIELD_OCCURRED_AT, ANSWER | CONTACT | ACTION, false, NULL },
	{ "ocena", FIELD_CSAT, ANSWER, false, NULL },
	{ "operator", FIELD_AGENT, ANY, false, NULL },
	{ "opinia", FIELD_COMMENT, ANSWER, false, NULL },
	{ "opinie", FIELD_COMMENT, ANSWER, false, NULL },
	{ "partner", FIELD_ATTR, ANY, false, "partner" },
	{ "phone", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, true, NULL },
	{ "phone", FIELD_PHONE, PERSON, false, NULL },
	{ "phonenumber", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, true, NULL },
	{ "phonenumber", FIELD_PHONE, PERSON, false, NULL },
	{ "pierwszaodpowiedz", FIELD_FIRST_RESPONSE_AT, CONTACT, false, NULL },
	{ "plan", FIELD_ATTR, ANY, false, "plan" },
	{ "polecenie", FIELD_NPS, ANSWER, false, NULL },
	{ "powod", FIELD_REASON, CONTACT, false, NULL },
	{ "pracownik", FIELD_AGENT, ANY, false, NULL },
	{ "primulraspuns", FIELD_FIRST_RESPONSE_AT, CONTACT, false, NULL },
	{ "product", FIELD_ATTR, ANY, false, "product" },
	{ "produkt", FIELD_ATTR, ANY, false, "product" },
	{ "produs", FIELD_ATTR, ANY, false, "product" },
	{ "queue", FIELD_QUEUE, ANY, false, NULL },
	{ "rating", FIELD_CSAT, ANSWER, false, NULL },
	{ "reason", FIELD_REASON, CONTACT, false, NULL },
	{ "recomandare", FIELD_NPS, ANSWER, false, NULL },
	{ "recommend", FIELD_NPS, ANSWER, false, NULL },
	{ "recordid", FIELD_ID, ANY, false, NULL },
	{ "release", FIELD_ATTR, ANY, false, "release" },
	{ "resolved", FIELD_FCR, ANSWER, false, NULL },
	{ "resolved", FIELD_RESOLVED_AT, CONTACT, false, NULL },
	{ "resolvedat", FIELD_RESOLVED_AT, CONTACT, false, NULL },
	{ "responseid", FIELD_ID, ANY, false, NULL },
	{ "review", FIELD_COMMENT, ANSWER, false, NULL },
	{ "rezolvat", FIELD_FCR, ANSWER, false, NULL },
	{ "rezolvat", FIELD_RESOLVED_AT, CONTACT, false, NULL },
	{ "rezolvatla", FIELD_RESOLVED_AT, CONTACT, false, NULL },
	{ "rozmowa", FIELD_INTERACTION, ANY, false, NULL },
	{ "rozpoczeto", FIELD_OCCURRED_AT, ANSWER | CONTACT | ACTION, false, NULL },
	{ "rozwiazano", FIELD_FCR, ANSWER, false, NULL },
	{ "rozwiazano", FIELD_RESOLVED_AT, CONTACT, false, NULL },
	{ "rozwiazanoo", FIELD_RESOLVED_AT, CONTACT, false, NULL },
	{ "samoobsluga", FIELD_SELF_SERVICE, CONTACT, false, NULL },
	{ "satisfactie", FIELD_CSAT, ANSWER, false, NULL },
	{ "satisfaction", FIELD_CSAT, ANSWER, false, NULL },
	{ "satysfakcja", FIELD_CSAT, ANSWER, false, NULL },
	{ "selfservice", FIELD_SELF_SERVICE, CONTACT, false, NULL },
	{ "sent", FIELD_ASKED_AT, ANSWER | INVITE, false, NULL },
	{ "sentat", FIELD_ASKED_AT, ANSWER | INVITE, false, NULL },
	{ "solved", FIELD_FCR, ANSWER, false, NULL },
	{ "sprawa", FIELD_INTERACTION, ANY, false, NULL },
	{ "stage", FIELD_ATTR, ANY, false, "stage" },
	{ "start", FIELD_OCCURRED_AT, ANSWER | CONTACT | ACTION, false, NULL },
	{ "startedat", FIELD_OCCURRED_AT, ANSWER | CONTACT | ACTION, false, NULL },
	{ "status", FIELD_DELIVERY, INVITE, false, NULL },
	{ "submitdate", FIELD_ANSWERED_AT, ANSWER, false, NULL },
	{ "submitted", FIELD_ANSWERED_AT, ANSWER, false, NULL },
	{ "submittedat", FIELD_ANSWERED_AT, ANSWER, false, NULL },
	{ "suma", FIELD_VALUE, ACTION, false, NULL },
	{ "surveyresponseid", FIELD_ID, ANY, false, NULL },
	{ "tara", FIELD_ATTR, ANY, false, "country" },
	{ "team", FIELD_TEAM, ANY, false, NULL },
	{ "telefon", FIELD_CUSTOMER, ANSWER | CONTACT | INVITE | ACTION, true, NULL },
	{ "telefon", FIELD_PHONE, PERSON, false, NULL },
	{ "text", FIELD_COMMENT, ANSWER, false, NULL },
	{ "tichet", FIELD_INTERACTION, ANY, false, NULL },
	{ "ticket", FIELD_INTERACTION, ANY, false, NULL },
	{ "ticketid", FIELD_INTERACTION, ANY, false, NULL },
	{ "time", FIELD_ANSWERED_AT, ANSWER, false, NULL },
	{ "time", FIELD_OCCURRED_AT, CONTACT | ACTION, false, NULL },
	{ "time", FIELD_ASKED_AT, INVITE, false, NULL },
	{ "timestamp", FIELD_ANSWERED_AT, ANSWER, false, NULL },
	{ "timestamp", FIELD_OCCURRED_AT, CONTACT | ACTION, false, NULL },
	{ "timestamp", FIELD_ASKED_AT, INVITE, false, NULL },
	{ "tresc", FIELD_COMMENT, ANSWER, false, NULL },
	{ "trimisla", FIELD_ASKED_AT, ANSWER | INVITE, false, NULL },
	{ "uniqueid", FIELD_INTERACTION, ANY, false, NULL },
	{ "urzadzenie", FIELD_ATTR, ANY, false, "device" },
	{ "uwagi", FIELD_COMMENT, ANSWER, false, NULL },
	{ "valoare", FIELD_VALUE, ACTION, false, NULL },
	{ "value", FIELD_VALUE, ACTION, false, NULL },
	{ "version", FIELD_ATTR, ANY, false, "release" },
	{ "versiune", FIELD_ATTR, ANY, false, "release" },
	{ "wartosc", FIELD_VALUE, ACTION, false, NULL },
	{ "wersja", FIELD_ATTR, ANY, false, "release" },
	{ "wypelniono", FIELD_ANSWERED_AT, ANSWER, false, NULL },
	{ "wysilek", FIELD_CES, ANSWER, false, NULL },
	{ "wyslano", FIELD_ASKED_AT, ANSWER | INVITE, false, NULL },
	{ "zdarzenie", FIELD_ACTIVITY, ACTION, false, NULL },
	{ "zespol", FIELD_TEAM, ANY, false, NULL },
	{ "zgloszenie", FIELD_INTERACTION, ANY, false, NULL },
};
/* clang-format on */

enum { SYNONYMS = sizeof(synonyms) / sizeof(synonyms[0]), HEADER_MAX = 256 };

const struct field_info *field_info(enum field f)
{
	return &fields[(unsigned)f < FIELD_COUNT ? f : FIELD_NONE];
}

void header_fold(struct sv header, struct buf *out)
{
	size_t kept = 0;

	buf_clear(out);
	utf8_plain(sv_sub(header, 0, HEADER_MAX), out);
	if (!buf_ok(out) || !out->n)
		return;
	for (size_t i = 0; i < out->n; i++) {
		char c = out->p[i];

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out->p[kept++] = c;
	}
	out->n = kept;
	out->p[kept] = 0;
}

bool header_same(struct sv a, struct sv b)
{
	char fa_room[HEADER_ROOM], fb_room[HEADER_ROOM];
	struct buf fa, fb;
	bool same;

	buf_borrow(&fa, fa_room, sizeof(fa_room));
	buf_borrow(&fb, fb_room, sizeof(fb_room));
	header_fold(a, &fa);
	header_fold(b, &fb);
	same = fa.n && sv_eq(buf_sv(&fa), buf_sv(&fb));
	return same;
}

/* "attr.KEY", KEY of lower-case letters, digits and _. */
static bool attr_name(struct sv name, struct meaning *out)
{
	struct sv key = name;
	struct sv head = sv_cut(&key, '.');

	if (!key.n || key.n > 64 ||
	    !(sv_ieq(head, SV("attr")) || sv_ieq(head, SV("attributes"))))
		return false;
	for (size_t i = 0; i < key.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_", key.p[i]) ||
		    !key.p[i])
			return false;
	*out = (struct meaning){ FIELD_ATTR, RANK_NAME, key };
	return true;
}

bool field_find(struct sv name, struct meaning *out)
{
	if (attr_name(name, out))
		return true;
	for (enum field f = FIELD_ID; f < FIELD_ATTR; f++)
		if (sv_ieq(name, sv_of(fields[f].name))) {
			*out = (struct meaning){ f, RANK_NAME, { NULL, 0 } };
			return true;
		}
	return false;
}

static int by_name(const void *key, const void *row)
{
	return strcmp(key, ((const struct synonym *)row)->folded);
}

bool synonyms_sorted(void)
{
	for (size_t i = 1; i < SYNONYMS; i++)
		if (strcmp(synonyms[i - 1].folded, synonyms[i].folded) > 0)
			return false;
	return true;
}

static const struct synonym *first_synonym(const char *folded)
{
	const struct synonym *s =
		bsearch(folded, synonyms, SYNONYMS, sizeof(synonyms[0]), by_name);

	while (s && s > synonyms && strcmp(s[-1].folded, folded) == 0)
		s--;
	return s;
}

struct meaning header_meaning(struct sv header, enum record_kind kind)
{
	struct meaning m = { FIELD_NONE, RANK_NONE, { NULL, 0 } };
	const struct synonym *s;
	char folded_room[HEADER_ROOM];
	struct buf folded;

	if (field_find(sv_trim(header), &m) && (fields[m.field].kinds >> kind & 1))
		return m;
	m = (struct meaning){ FIELD_NONE, RANK_NONE, { NULL, 0 } };
	buf_borrow(&folded, folded_room, sizeof(folded_room));
	header_fold(header, &folded);
	s = folded.n ? first_synonym(folded.p) : NULL;
	for (; s && s < synonyms + SYNONYMS && strcmp(s->folded, folded.p) == 0; s++) {
		uint8_t rank = s->fallback ? RANK_FALLBACK : RANK_SYNONYM;

		if ((s->kinds >> kind & 1) && rank < m.rank)
			m = (struct meaning){ s->field, rank, sv_of(s->attr) };
	}
	return m;
}
