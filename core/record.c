/* SPDX-License-Identifier: Apache-2.0 */
/* record.c: the names of things and the one check of what a good record is; see record.h. */
#include "core/record.h"

#include "core/utf8.h"

static const char *const kind_names[KIND_COUNT] = {
	"feedback", "interaction", "invitation", "activity", "customer",
};

static const char *const channel_names[CHANNEL_COUNT] = { "chat", "email", "phone", "web",
							  "other" };

static const char *const score_names[SCORE_KINDS] = { "csat", "nps", "ces1", "ces2",
						      "fcr" };

/* What people write in the channel column; sorted, lower case. */
static const struct {
	struct sv name;
	enum channel channel;
} channel_synonyms[] = {
	{ SV_INIT("apel"), CHANNEL_PHONE },	 { SV_INIT("call"), CHANNEL_PHONE },
	{ SV_INIT("chat"), CHANNEL_CHAT },	 { SV_INIT("chatbot"), CHANNEL_CHAT },
	{ SV_INIT("czat"), CHANNEL_CHAT },	 { SV_INIT("e-mail"), CHANNEL_EMAIL },
	{ SV_INIT("email"), CHANNEL_EMAIL },	 { SV_INIT("formular"), CHANNEL_WEB },
	{ SV_INIT("formularz"), CHANNEL_WEB },	 { SV_INIT("infolinia"), CHANNEL_PHONE },
	{ SV_INIT("inne"), CHANNEL_OTHER },	 { SV_INIT("ivr"), CHANNEL_PHONE },
	{ SV_INIT("live chat"), CHANNEL_CHAT },	 { SV_INIT("livechat"), CHANNEL_CHAT },
	{ SV_INIT("mail"), CHANNEL_EMAIL },	 { SV_INIT("mejl"), CHANNEL_EMAIL },
	{ SV_INIT("messenger"), CHANNEL_CHAT },	 { SV_INIT("other"), CHANNEL_OTHER },
	{ SV_INIT("phone"), CHANNEL_PHONE },	 { SV_INIT("poczta"), CHANNEL_EMAIL },
	{ SV_INIT("posta"), CHANNEL_EMAIL },	 { SV_INIT("rozmowa"), CHANNEL_PHONE },
	{ SV_INIT("site"), CHANNEL_WEB },	 { SV_INIT("strona"), CHANNEL_WEB },
	{ SV_INIT("tel"), CHANNEL_PHONE },	 { SV_INIT("telefon"), CHANNEL_PHONE },
	{ SV_INIT("telefonic"), CHANNEL_PHONE }, { SV_INIT("telephone"), CHANNEL_PHONE },
	{ SV_INIT("voice"), CHANNEL_PHONE },	 { SV_INIT("web"), CHANNEL_WEB },
	{ SV_INIT("website"), CHANNEL_WEB },	 { SV_INIT("whatsapp"), CHANNEL_CHAT },
	{ SV_INIT("www"), CHANNEL_WEB },
};

void record_init(struct record *r, enum record_kind kind)
{
	*r = (struct record){
		.kind = kind,
		.channel = CHANNEL_OTHER,
		.occurred_at = TIME_NONE,
		.asked_at = TIME_NONE,
		.answered_at = TIME_NONE,
		.first_response_at = TIME_NONE,
		.resolved_at = TIME_NONE,
	};
}

static int check_text(struct sv s, size_t max, const char *field, struct err *err)
{
	if (s.n > max)
		return err_set(err, ERR_INPUT, "%s has %zu bytes, at most %zu are taken",
			       field, s.n, max);
	if (!utf8_valid(s))
		return err_set(err, ERR_INPUT, "%s is not valid UTF-8", field);
	return 0;
}

static int check_texts(const struct record *r, struct err *err)
{
	const struct {
		struct sv text;
		const char *field;
	} all[] = {
		{ r->source, "source" },
		{ r->external_id, "id" },
		{ r->interaction, "interaction" },
		{ r->customer, "customer" },
		{ r->agent, "agent" },
		{ r->team, "team" },
		{ r->queue, "queue" },
		{ r->origin, "origin" },
		{ r->language, "language" },
		{ r->reason, "reason" },
		{ r->activity, "activity" },
		{ r->email, "email" },
		{ r->phone, "phone" },
		{ r->crm, "crm" },
	};
	int rc = check_text(r->comment, RECORD_COMMENT_MAX, "comment", err);

	for (size_t i = 0; !rc && i < sizeof(all) / sizeof(all[0]); i++)
		rc = check_text(all[i].text, RECORD_ID_MAX, all[i].field, err);
	return rc;
}

static int check_attrs(const struct record *r, struct err *err)
{
	int rc = 0;

	if (r->attr_count > RECORD_ATTRS_MAX)
		return err_set(err, ERR_INPUT, "more than %d attributes",
			       RECORD_ATTRS_MAX);
	for (size_t i = 0; !rc && i < r->attr_count; i++) {
		struct sv key = r->attrs[i].key;

		if (key.n == 0 || key.n > 64)
			return err_set(err, ERR_INPUT,
				       "an attribute's name has 1 to 64 letters");
		for (size_t k = 0; k < key.n; k++)
			if (!((key.p[k] >= 'a' && key.p[k] <= 'z') || key.p[k] == '_' ||
			      (key.p[k] >= '0' && key.p[k] <= '9')))
				return err_set(err, ERR_INPUT,
					       "attribute " SV_FMT
					       ": a name has letters a-z, digits and _",
					       SV_ARG(key));
		rc = check_text(r->attrs[i].value, RECORD_ID_MAX, "an attribute", err);
	}
	return rc;
}

static int check_scores(const struct record *r, struct err *err)
{
	if (r->score_count > RECORD_SCORES_MAX)
		return err_set(err, ERR_INPUT, "more than %d scores", RECORD_SCORES_MAX);
	for (size_t i = 0; i < r->score_count; i++) {
		const struct score *s = &r->scores[i];

		if ((unsigned)s->kind >= SCORE_KINDS)
			return err_set(err, ERR_INPUT, "a score of no known kind");
		if (s->min >= s->max || s->max - s->min >= SCORE_POINTS_MAX ||
		    s->min < -100 || s->max > 100)
			return err_set(err, ERR_INPUT, "%s: %d to %d is no scale",
				       score_names[s->kind], s->min, s->max);
		if (s->kind == SCORE_NPS && (s->min != 0 || s->max != 10))
			return err_set(err, ERR_INPUT,
				       "nps is asked on 0 to 10, not %d to %d", s->min,
				       s->max);
		if (s->value < s->min || s->value > s->max)
			return err_set(err, ERR_INPUT,
				       "%s: %d is not on the scale %d to %d",
				       score_names[s->kind], s->value, s->min, s->max);
	}
	return 0;
}

static int check_kind(const struct record *r, struct err *err)
{
	switch (r->kind) {
	case KIND_FEEDBACK:
		if (r->score_count == 0 && r->comment.n == 0)
			return err_set(err, ERR_INPUT, "neither a score nor a comment");
		return 0;
	case KIND_INTERACTION:
		if (r->interaction.n == 0 && r->external_id.n == 0)
			return err_set(err, ERR_INPUT, "an interaction needs an id");
		return 0;
	case KIND_INVITATION:
		if (r->asked_at == TIME_NONE)
			return err_set(err, ERR_INPUT,
				       "an invitation needs the time it was sent");
		return 0;
	case KIND_ACTIVITY:
		if (r->customer.n == 0 || r->occurred_at == TIME_NONE ||
		    r->activity.n == 0)
			return err_set(
				err, ERR_INPUT,
				"an activity needs a customer, a time and what it was");
		return 0;
	case KIND_CUSTOMER:
		if ((r->email.n > 0) + (r->phone.n > 0) + (r->crm.n > 0) < 2)
			return err_set(
				err, ERR_INPUT,
				"a customer row links at least two of email, phone, crm");
		return 0;
	default:
		return err_set(err, ERR_INPUT, "a record of no known kind");
	}
}

/* Years 1990 to 2069: anything else is a parsing accident, and would make a million empty days. */
static int check_times(const struct record *r, struct err *err)
{
	const int64_t lo = 631152000000, hi = 3155759999999;
	const int64_t all[] = { r->occurred_at, r->asked_at, r->answered_at,
				r->first_response_at, r->resolved_at };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i] != TIME_NONE && (all[i] < lo || all[i] > hi))
			return err_set(err, ERR_INPUT,
				       "a time outside of the years 1990 to 2069");
	return 0;
}

int record_check(const struct record *r, struct err *err)
{
	int rc = check_texts(r, err);

	if (!rc)
		rc = check_attrs(r, err);
	if (!rc)
		rc = check_scores(r, err);
	if (!rc)
		rc = check_times(r, err);
	if (!rc && (unsigned)r->channel >= CHANNEL_COUNT)
		rc = err_set(err, ERR_INPUT, "no such channel");
	return rc ? rc : check_kind(r, err);
}

int64_t record_clock(const struct record *r)
{
	if (r->answered_at != TIME_NONE)
		return r->answered_at;
	return r->occurred_at != TIME_NONE ? r->occurred_at : r->asked_at;
}

const char *record_kind_name(enum record_kind k)
{
	return (unsigned)k < KIND_COUNT ? kind_names[k] : "?";
}

const char *channel_name(enum channel c)
{
	return (unsigned)c < CHANNEL_COUNT ? channel_names[c] : "?";
}

const char *score_kind_name(enum score_kind k)
{
	return (unsigned)k < SCORE_KINDS ? score_names[k] : "?";
}

static int find_name(const char *const *names, int count, struct sv name)
{
	for (int i = 0; i < count; i++)
		if (sv_ieq(sv_of(names[i]), name))
			return i;
	return -1;
}

bool record_kind_find(struct sv name, enum record_kind *out)
{
	int i = find_name(kind_names, KIND_COUNT, name);

	if (i >= 0)
		*out = (enum record_kind)i;
	return i >= 0;
}

bool channel_find(struct sv name, enum channel *out)
{
	for (size_t i = 0; i < sizeof(channel_synonyms) / sizeof(channel_synonyms[0]);
	     i++)
		if (sv_ieq(channel_synonyms[i].name, name)) {
			*out = channel_synonyms[i].channel;
			return true;
		}
	return false;
}

bool score_kind_find(struct sv name, enum score_kind *out)
{
	int i = find_name(score_names, SCORE_KINDS, name);

	if (i >= 0)
		*out = (enum score_kind)i;
	return i >= 0;
}

struct score score_preset(enum score_kind kind)
{
	static const struct score preset[SCORE_KINDS] = {
		[SCORE_CSAT] = { .kind = SCORE_CSAT, .min = 1, .max = 5 },
		[SCORE_NPS] = { .kind = SCORE_NPS, .min = 0, .max = 10 },
		[SCORE_CES1] = { .kind = SCORE_CES1,
				 .min = 1,
				 .max = 5,
				 .low_is_good = true },
		[SCORE_CES2] = { .kind = SCORE_CES2, .min = 1, .max = 7 },
		[SCORE_FCR] = { .kind = SCORE_FCR, .min = 0, .max = 1 },
	};

	return preset[kind];
}
