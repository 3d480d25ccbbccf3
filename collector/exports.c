/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exports.c: the tables of exports.h. To teach another tool: add a row and a small sample of
 * what it writes to tests/exports/. Words of questions are looked for without blanks,
 * diacritics and case; the first row that fits decides, so the narrow ones stand first.
 */
#include "collector/exports.h"

#include <string.h>

/* clang-format off */
static const struct export chatwoot = {
	.name = "Chatwoot",
	.marks = { "rating|ocena|calificativ|evaluare|rata",
		"linktotheconversation|linkdorozmowy|linkdokonwersacji|linkcatreconversatie|linklaconversatie|legaturacatreconversatie",
		"contactemailaddress|adresemailkontaktu|adresemailkontakt|adresadeemailacontactului|adresaemailcontact|adresadeemaildecontact" },
	.columns = {
		{ "agentname|nazwaagenta|agent|imieagenta|numeleagentului|numeagent", FIELD_AGENT, 0 },
		{ "rating|ocena|calificativ|evaluare|rata", FIELD_CSAT, 0 },
		{ "feedbackcomment|feedback|komentarz|opinia|komentarzopinii|comentariufeedback|comentariu|comentariudefeedback", FIELD_COMMENT, 0 },
		{ "contactemailaddress|adresemailkontaktu|adresemailkontakt|adresadeemailacontactului|adresaemailcontact|adresadeemaildecontact", FIELD_CUSTOMER, 0 },
		{ "contactname|nazwakontaktu|numecontact|numelecontactului", FIELD_NONE, 0 },
		{ "contactphonenumber|numertelefonukontaktu|numardetelefoncontact|numaruldetelefonalcontactului", FIELD_NONE, 0 },
		{ "linktotheconversation|linkdorozmowy|linkdokonwersacji|linkcatreconversatie|linklaconversatie|legaturacatreconversatie", FIELD_INTERACTION, '/' },
		{ "recordeddate|recordedat|datazapisu|datazarejestrowania|datainregistrarii|inregistratla", FIELD_ANSWERED_AT, 0 },
		{ "reviewnotes|csatreviewnotes", FIELD_NONE, 0 },
	},
	.footer = true,
};

static const struct export freshdesk = {
	.name = "Freshdesk",
	.marks = { "ticketid", "surveyresults|surveyresult" },
	.columns = {
		{ "ticketid", FIELD_INTERACTION, 0 },
		{ "surveyresults|surveyresult", FIELD_CSAT, 0 },
		{ "surveycomment|surveyfeedback|customerfeedback", FIELD_COMMENT, 0 },
		{ "agent", FIELD_AGENT, 0 },
		{ "group", FIELD_TEAM, 0 },
		{ "createdtime", FIELD_OCCURRED_AT, 0 },
		{ "email|contactemail|customeremail", FIELD_CUSTOMER, 0 },
		{ "product", FIELD_NONE, 0 },
		{ "status|type|source|priority|subject|tags", FIELD_NONE, 0 },
		{ "duebytime|resolvedtime|closedtime|lastupdatetime|initialresponsetime", FIELD_NONE, 0 },
	},
	.values = { "csat=extremely happy=7 very happy=6 happy=5 neutral=4 unhappy=3 "
		    "very unhappy=2 extremely unhappy=1 no response=- not taken=-" },
	.scale = "csat=1..7",
};

static const struct export google_forms = {
	.name = "Google Forms",
	.first = "timestamp|marcajdetimp|marcajtemporal|marcadetimp|sygnaturaczasowa|znacznikczasu",
	.columns = {
		{ "timestamp|marcajdetimp|marcajtemporal|marcadetimp|sygnaturaczasowa|znacznikczasu", FIELD_ANSWERED_AT, 0 },
		{ "emailaddress|username|adresadeemail|numedeutilizator|adresemail|nazwauzytkownika", FIELD_CUSTOMER, 0 },
		{ "score|scor|punctaj|wynik", FIELD_NONE, 0 }, /* of a quiz */
	},
	.questions = true,
};

static const struct export limesurvey = {
	.name = "LimeSurvey",
	.marks = { "id|responseid|idraspuns|idulraspunsului|idodpowiedzi|identyfikatorodpowiedzi",
		"submitdate|datesubmitted|datatrimiterii|datawyslania|datazlozenia",
		"lastpage|ultimapagina|ostatniastrona",
		"startlanguage|limbadeinceput|limbadepornire|limbainitiala|jezykpoczatkowy|jezykstartowy" },
	.columns = {
		{ "id|responseid|idraspuns|idulraspunsului|idodpowiedzi|identyfikatorodpowiedzi", FIELD_ID, 0 },
		{ "submitdate|datesubmitted|datatrimiterii|datawyslania|datazlozenia", FIELD_ANSWERED_AT, 0 },
		{ "startlanguage|limbadeinceput|limbadepornire|limbainitiala|jezykpoczatkowy|jezykstartowy", FIELD_LANGUAGE, 0 },
		{ "lastpage|ultimapagina|ostatniastrona", FIELD_NONE, 0 },
		{ "seed|samanta|ziarno", FIELD_NONE, 0 },
		{ "startdate|datestarted|datainceperii|datarozpoczecia", FIELD_NONE, 0 },
		{ "datestamp|datelastaction|dataultimeiactiuni|dataostatniejaktywnosci|dataostatniejakcji", FIELD_NONE, 0 },
		{ "ipaddr|ipaddress|adresaip|adresip|refurl|referrerurl", FIELD_NONE, 0 },
	},
	.questions = true,
	.breaks_as_letters = true,
};

static const struct export surveymonkey = {
	.name = "SurveyMonkey",
	.first = "respondentid",
	.marks = { "collectorid", "datecreated" },
	.columns = {
		{ "respondentid", FIELD_ID, 0 },
		{ "datemodified", FIELD_ANSWERED_AT, 0 },
		{ "emailaddress", FIELD_CUSTOMER, 0 },
		{ "collectorid|datecreated|ipaddress|firstname|lastname|customdata1|customdata", FIELD_NONE, 0 },
	},
	.questions = true,
	.second_header = true,
	.month_first = true,
};

static const struct export tally = {
	.name = "Tally",
	.marks = { "submissionid", "respondentid", "submittedat" },
	.columns = {
		{ "submissionid", FIELD_ID, 0 },
		{ "respondentid", FIELD_NONE, 0 },
		{ "submittedat", FIELD_ANSWERED_AT, 0 },
	},
	.questions = true,
};

static const struct export thulium = {
	.name = "Thulium",
	.marks = { "idpolaczenia|idzgloszenia|idczatu|idrozmowy", "kolejka", "ocena|ocenaklienta|ocenarozmowy" },
	.columns = {
		{ "idpolaczenia|idzgloszenia|idczatu|idrozmowy", FIELD_INTERACTION, 0 },
		{ "kolejka", FIELD_QUEUE, 0 },
		{ "ocena|ocenaklienta|ocenarozmowy", FIELD_CSAT, 0 },
		{ "komentarz|komentarzklienta|uzasadnienie", FIELD_COMMENT, 0 },
		{ "agent|konsultant|uzytkownik|loginagenta", FIELD_AGENT, 0 },
		{ "numerklienta|numertelefonu|numer|telefon|klient|email", FIELD_CUSTOMER, 0 },
		{ "dataoceny|data|datapolaczenia|dataidata|datautworzenia", FIELD_ANSWERED_AT, 0 },
	},
	.zone = "Europe/Warsaw",
};

static const struct export typeform = {
	.name = "Typeform",
	.first = "#",
	.marks = { "startdateutc", "submitdateutc", "networkid" },
	.columns = {
		{ "#", FIELD_ID, 0 },
		{ "submitdateutc", FIELD_ANSWERED_AT, 0 },
		{ "startdateutc|stagedateutc|networkid|responsetype|tags|ending", FIELD_NONE, 0 },
	},
	.questions = true,
	.zone = "UTC",
};

static const struct export zendesk = {
	.name = "Zendesk",
	.marks = { "ticketid", "satisfactionscore|ticketsatisfactionrating|satisfactionrating" },
	.columns = {
		{ "ticketid", FIELD_INTERACTION, 0 },
		{ "satisfactionscore|ticketsatisfactionrating|satisfactionrating", FIELD_CSAT, 0 },
		{ "satisfactioncomment|ticketsatisfactioncomment", FIELD_COMMENT, 0 },
		{ "assignee|assigneename", FIELD_AGENT, 0 },
		{ "group|ticketgroup|groupname|assigneegroup", FIELD_TEAM, 0 },
		{ "requesteremail|requester|requesterid", FIELD_CUSTOMER, 0 },
		{ "satisfactionupdatedat|satisfactionupdated|ticketsatisfactiondate|satisfactiondate", FIELD_ANSWERED_AT, 0 },
		{ "createdat|created|ticketcreateddate|ticketcreatedat", FIELD_OCCURRED_AT, 0 },
		{ "satisfactionreason|ticketsatisfactionreason", FIELD_NONE, 0 },
		{ "solvedat|solved|updatedat|updated|status|subject", FIELD_NONE, 0 },
	},
	.values = { "csat=good=1 bad=0 good with comment=1 bad with comment=0 "
		    "offered=- unoffered=- not offered=-" },
	.scale = "csat=0..1",
};

/* The narrow ones first: Google Forms is known by its first column only. */
static const struct export *const exports[] = {
	&limesurvey, &typeform, &tally, &surveymonkey, &zendesk, &freshdesk, &chatwoot,
	&thulium, &google_forms,
};

static const struct {
	const char *words; /* as header_fold() leaves them */
	enum field field;
} questions[] = {
	{ "cenedeterminat", FIELD_COMMENT }, { "cearputea", FIELD_COMMENT },
	{ "deceati", FIELD_COMMENT }, { "deceai", FIELD_COMMENT },
	{ "motivulnotei", FIELD_COMMENT }, { "motivulpentrucare", FIELD_COMMENT },
	{ "comentari", FIELD_COMMENT }, { "sugesti", FIELD_COMMENT },
	{ "observatii", FIELD_COMMENT }, { "spunetine", FIELD_COMMENT },
	{ "spunene", FIELD_COMMENT }, { "povesti", FIELD_COMMENT },
	{ "cuvintelevoastre", FIELD_COMMENT }, { "cuvinteletale", FIELD_COMMENT },
	{ "dlaczego", FIELD_COMMENT }, { "copowinnismy", FIELD_COMMENT },
	{ "comozemy", FIELD_COMMENT }, { "comoglibysmy", FIELD_COMMENT },
	{ "powoddlaktorego", FIELD_COMMENT }, { "uzasadni", FIELD_COMMENT },
	{ "komentarz", FIELD_COMMENT }, { "sugestie", FIELD_COMMENT },
	{ "uwagi", FIELD_COMMENT }, { "napisz", FIELD_COMMENT },
	{ "opisz", FIELD_COMMENT }, { "wlasnymislowami", FIELD_COMMENT },
	{ "why", FIELD_COMMENT }, { "tellus", FIELD_COMMENT },
	{ "comment", FIELD_COMMENT }, { "whatcouldwe", FIELD_COMMENT },
	{ "whatcanwe", FIELD_COMMENT }, { "reasonforyour", FIELD_COMMENT },
	{ "suggestion", FIELD_COMMENT }, { "feedback", FIELD_COMMENT },
	{ "recomand", FIELD_NPS }, { "recomanz", FIELD_NPS },
	{ "poleci", FIELD_NPS }, { "polecen", FIELD_NPS },
	{ "polecasz", FIELD_NPS }, { "recommend", FIELD_NPS },
	{ "catdeusor", FIELD_CES }, { "usurint", FIELD_CES },
	{ "efort", FIELD_CES }, { "jaklatwo", FIELD_CES },
	{ "latwobylo", FIELD_CES }, { "wysilk", FIELD_CES },
	{ "wysilek", FIELD_CES }, { "howeasy", FIELD_CES },
	{ "effort", FIELD_CES }, { "easytohandle", FIELD_CES },
	{ "multumit", FIELD_CSAT }, { "zadowol", FIELD_CSAT },
	{ "rezolvat", FIELD_FCR }, { "solutionat", FIELD_FCR },
	{ "rozwiaza", FIELD_FCR }, { "zalatwion", FIELD_FCR },
	{ "resolved", FIELD_FCR }, { "solved", FIELD_FCR },
	{ "satisfac", FIELD_CSAT }, { "satisfied", FIELD_CSAT },
	{ "satysfak", FIELD_CSAT }, { "cumevalu", FIELD_CSAT },
	{ "ceanota", FIELD_CSAT }, { "cenota", FIELD_CSAT },
	{ "jakoceni", FIELD_CSAT }, { "prosimyoocen", FIELD_CSAT },
	{ "rateyour", FIELD_CSAT }, { "howwouldyourate", FIELD_CSAT },
};
/* clang-format on */

enum {
	EXPORTS = sizeof(exports) / sizeof(exports[0]),
	QUESTIONS = sizeof(questions) / sizeof(questions[0]),
	QUESTION_LEAST = 9, /* letters: "feedback" alone is a name, and known as one */
};

const struct export *const *export_all(size_t *count)
{
	*count = EXPORTS;
	return exports;
}

/* Is the header, folded into @b, one of "this|or this"? */
static bool is_one_of(struct sv header, const char *names, struct buf *b)
{
	struct sv rest = sv_of(names);

	header_fold(header, b);
	while (rest.n)
		if (sv_eq(sv_cut(&rest, '|'), b->n ? buf_sv(b) : sv_trim(header)))
			return true;
	return false;
}

static bool has_mark(const struct sv *headers, size_t count, const char *names,
		     struct buf *b)
{
	for (size_t i = 0; i < count; i++)
		if (is_one_of(headers[i], names, b))
			return true;
	return false;
}

static bool asks_something(const struct sv *headers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (sv_find(sv_trim(headers[i]), SV(" ")) > 0 &&
		    question_meaning(headers[i]))
			return true; /* one word is a name, and known as one */
	return false;
}

static bool fits(const struct export *e, const struct sv *headers, size_t count,
		 struct buf *b)
{
	if (!count || (e->first && !is_one_of(headers[0], e->first, b)))
		return false;
	for (size_t i = 0; i < EXPORT_MARKS && e->marks[i]; i++)
		if (!has_mark(headers, count, e->marks[i], b))
			return false;
	return e->marks[0] || asks_something(headers, count);
}

const struct export *export_find(const struct sv *headers, size_t count)
{
	const struct export *found = NULL;
	char b_room[HEADER_ROOM];
	struct buf b;

	buf_borrow(&b, b_room, sizeof(b_room));
	for (size_t i = 0; i < EXPORTS && !found; i++)
		if (fits(exports[i], headers, count, &b))
			found = exports[i];
	return found;
}

const struct export_column *export_column(const struct export *e, struct sv header)
{
	const struct export_column *found = NULL;
	char b_room[HEADER_ROOM];
	struct buf b;

	buf_borrow(&b, b_room, sizeof(b_room));
	for (size_t i = 0; e && !found && i < EXPORT_COLUMNS && e->columns[i].headers;
	     i++)
		if (is_one_of(header, e->columns[i].headers, &b))
			found = &e->columns[i];
	return found;
}

enum field question_meaning(struct sv header)
{
	enum field found = FIELD_NONE;
	char b_room[HEADER_ROOM];
	struct buf b;

	buf_borrow(&b, b_room, sizeof(b_room));
	header_fold(header, &b);
	for (size_t i = 0; b.n >= QUESTION_LEAST && !found && i < QUESTIONS; i++)
		if (sv_find(buf_sv(&b), sv_of(questions[i].words)) >= 0)
			found = questions[i].field;
	return found;
}
