/* SPDX-License-Identifier: Apache-2.0 */
/*
 * columns.c: see columns.h. Two columns for one field: the surer name wins, then the first;
 * the other is left out and said.
 */
#include "collector/columns.h"

#include <stdio.h>
#include <string.h>

bool columns_add(struct columns *c, struct sv name)
{
	if (c->count == COLUMNS_MAX)
		return false;
	c->at[c->count++] = (struct column){ .name = name };
	return true;
}

static struct sv map_field(const char *map, struct sv *column)
{
	*column = sv_of(map);
	return sv_cut(column, '=');
}

static bool same_header(struct sv a, struct sv b)
{
	return sv_eq(a, b) || header_same(a, b);
}

/* The column that @name names: "#3", the name itself, or one that reads the same. -1: none. */
static int find_column(const struct columns *c, struct sv name)
{
	uint32_t n;

	for (size_t i = 0; i < c->count && !c->by_number; i++)
		if (sv_eq(sv_trim(c->at[i].name), sv_trim(name)))
			return (int)i;
	if (name.n > 1 && name.p[0] == '#' && sv_u32(sv_sub(name, 1, name.n), &n))
		return n >= 1 && n <= c->count ? (int)n - 1 : -1;
	for (size_t i = 0; i < c->count && !c->by_number; i++)
		if (same_header(c->at[i].name, name))
			return (int)i;
	return -1;
}

bool columns_any_known(const struct columns *c, const struct columns_told *told)
{
	struct sv name;

	for (size_t i = 0; i < c->count; i++)
		for (unsigned k = 0; k < KIND_COUNT; k++)
			if (header_meaning(c->at[i].name, (enum record_kind)k).field)
				return true;
	for (size_t i = 0; i < told->map_count; i++) {
		map_field(told->maps[i], &name);
		if (name.n && name.p[0] != '#' && find_column(c, name) >= 0)
			return true;
	}
	return false;
}

/* The fields that the file would have, were it of @kind: a bit each. */
static uint64_t fields_of(const struct columns *c, const struct columns_told *told,
			  enum record_kind kind)
{
	uint64_t set = 0;
	struct meaning m;
	struct sv column;

	for (size_t i = 0; i < c->count; i++)
		set |= UINT64_C(1) << header_meaning(c->at[i].name, kind).field;
	for (size_t i = 0; i < told->map_count; i++)
		if (field_find(map_field(told->maps[i], &column), &m))
			set |= UINT64_C(1) << m.field;
	return set;
}

#define BIT(f) (UINT64_C(1) << FIELD_##f)
#define SCORES (BIT(CSAT) | BIT(NPS) | BIT(CES) | BIT(CES1) | BIT(CES2))

static enum record_kind guess_kind(const struct columns *c,
				   const struct columns_told *told)
{
	uint64_t as_answer = fields_of(c, told, KIND_FEEDBACK);
	uint64_t as_contact = fields_of(c, told, KIND_INTERACTION);
	uint64_t people =
		fields_of(c, told, KIND_CUSTOMER) & (BIT(EMAIL) | BIT(PHONE) | BIT(CRM));

	if (c->scores || (as_answer & (SCORES | BIT(COMMENT))))
		return KIND_FEEDBACK;
	if (fields_of(c, told, KIND_ACTIVITY) & BIT(ACTIVITY))
		return KIND_ACTIVITY;
	if (as_contact & (BIT(FIRST_RESPONSE_AT) | BIT(ESCALATED) | BIT(SELF_SERVICE)))
		return KIND_INTERACTION;
	if (as_answer & BIT(FCR))
		return KIND_FEEDBACK;
	if (as_contact & (BIT(RESOLVED_AT) | BIT(REASON)))
		return KIND_INTERACTION;
	if ((fields_of(c, told, KIND_INVITATION) & BIT(DELIVERY)) ||
	    (as_answer & BIT(ASKED_AT)))
		return KIND_INVITATION;
	if (people & (people - 1)) /* two of them at least */
		return KIND_CUSTOMER;
	return as_contact & BIT(INTERACTION) ? KIND_INTERACTION : KIND_FEEDBACK;
}

static int tell_kind(struct columns *c, const struct columns_told *told, struct err *err)
{
	if (!told->kind && told->export)
		c->kind = KIND_FEEDBACK;
	else if (!told->kind)
		c->kind = guess_kind(c, told);
	else if (!record_kind_find(sv_of(told->kind), &c->kind))
		return err_set(
			err, ERR_USAGE,
			"no such kind: %s (feedback, interaction, invitation, activity, "
			"customer)",
			told->kind);
	return 0;
}

static bool same_field(const struct meaning *a, const struct meaning *b)
{
	return a->field && a->field == b->field &&
	       (a->field != FIELD_ATTR || sv_eq(a->attr, b->attr));
}

/* CES 1.0 and 2.0 may stand beside each other; all else of one field is one column. */
static void settle_column(struct columns *c, size_t i)
{
	struct column *mine = &c->at[i];

	for (size_t k = 0; k < i; k++) {
		struct column *other = &c->at[k];
		struct column *loser =
			mine->means.rank < other->means.rank ? other : mine;

		if (!same_field(&mine->means, &other->means))
			continue;
		loser->behind = 0;
		loser->why = same_header(mine->name, other->name)
				     ? "a column of this name came before"
				     : "another column is this field already";
		loser->means = (struct meaning){ FIELD_NONE, RANK_NONE, { NULL, 0 } };
	}
}

/* A name that means something in another kind of file is worth saying. */
static void explain_unknown(struct columns *c, struct column *mine)
{
	for (unsigned k = 0; k < KIND_COUNT && !mine->means.field && !mine->why; k++)
		if (header_meaning(mine->name, (enum record_kind)k).field && k != c->kind)
			mine->why = "belongs to another kind of file";
}

static int settle_map(struct columns *c, const char *map, struct err *err)
{
	struct meaning m;
	struct sv name, field = map_field(map, &name);
	int i;

	if (!field_find(field, &m))
		return err_set(
			err, ERR_USAGE,
			"--map %s: no such field: " SV_FMT
			" (docs/formats/import.md lists them; attr.NAME for your own)",
			map, SV_ARG(field));
	if (!(field_info(m.field)->kinds >> c->kind & 1))
		return err_set(err, ERR_USAGE,
			       "--map %s: a file of kind %s has no such field", map,
			       record_kind_name(c->kind));
	i = find_column(c, name);
	if (i < 0)
		return err_set(err, ERR_MISSING, "--map %s: there is no column " SV_FMT,
			       map, SV_ARG(name));
	m.rank = RANK_TOLD;
	for (size_t k = 0; k < c->count; k++)
		if (same_field(&c->at[k].means, &m)) {
			c->at[k].means =
				(struct meaning){ FIELD_NONE, RANK_NONE, { NULL, 0 } };
			c->at[k].why = "another column is this field already";
		}
	c->at[i].means = m;
	c->at[i].why = NULL;
	c->at[i].behind = 0;
	return 0;
}

void columns_settle_last(struct columns *c)
{
	struct column *mine = &c->at[c->count - 1];

	mine->means = header_meaning(mine->name, c->kind);
	for (size_t k = 0; k + 1 < c->count; k++)
		if (same_field(&c->at[k].means, &mine->means)) {
			mine->why = "another column is this field already";
			mine->means =
				(struct meaning){ FIELD_NONE, RANK_NONE, { NULL, 0 } };
			return;
		}
	explain_unknown(c, mine);
}

/* What a file of this kind cannot do without, in words; NULL: it has it. */
static const char *missing(const struct columns *c)
{
	uint64_t has = 0, people;

	for (size_t i = 0; i < c->count; i++)
		has |= BIT(NONE) << c->at[i].means.field;
	people = has & (BIT(EMAIL) | BIT(PHONE) | BIT(CRM));
	switch (c->kind) {
	case KIND_FEEDBACK:
		return c->scores || (has & (SCORES | BIT(FCR) | BIT(COMMENT)))
			       ? NULL
			       : "csat, nps, ces, fcr or comment";
	case KIND_INTERACTION:
		return has & (BIT(ID) | BIT(INTERACTION)) ? NULL : "interaction or id";
	case KIND_INVITATION:
		return has & BIT(ASKED_AT) ? NULL : "asked_at";
	case KIND_ACTIVITY:
		return has & BIT(ACTIVITY) && has & BIT(CUSTOMER) &&
				       has & BIT(OCCURRED_AT)
			       ? NULL
			       : "activity, customer and occurred_at";
	default:
		return people & (people - 1) ? NULL : "two of email, phone and crm";
	}
}

/* The names of the columns, as many as there is room for. */
static void list_names(const struct columns *c, char *out, size_t size)
{
	size_t n = 0;

	out[0] = 0;
	for (size_t i = 0; i < c->count && n + 1 < size; i++) {
		struct sv name = sv_sub(c->at[i].name, 0, 60);
		int wrote = snprintf(out + n, size - n, "%s" SV_FMT, i ? ", " : "",
				     SV_ARG(name));

		n += wrote > 0 ? (size_t)wrote : size;
	}
}

static int check_enough(const struct columns *c, struct err *err)
{
	const char *what = missing(c);
	char names[240];

	if (!what)
		return 0;
	list_names(c, names, sizeof(names));
	return err_set(err, ERR_USAGE,
		       "no column is understood as %s (a file of kind %s). Say --map "
		       "FIELD=COLUMN; its columns are: %s",
		       what, record_kind_name(c->kind), names);
}

/* What the tool that wrote the file means by this header. */
static void settle_export(struct column *mine, const struct export *e)
{
	const struct export_column *said = export_column(e, mine->name);
	enum field asked = FIELD_NONE;

	if (said) {
		mine->means = (struct meaning){ said->field, RANK_EXPORT, { NULL, 0 } };
		mine->behind = said->behind;
		mine->why = said->field ? NULL : "is not needed";
	} else if (e->questions && mine->means.rank > RANK_QUESTION) {
		asked = question_meaning(mine->name);
		if (asked)
			mine->means =
				(struct meaning){ asked, RANK_QUESTION, { NULL, 0 } };
	}
}

int columns_settle(struct columns *c, const struct columns_told *told, struct err *err)
{
	int rc = tell_kind(c, told, err);

	for (size_t i = 0; !rc && i < c->count; i++) {
		c->at[i].why = NULL;
		c->at[i].means = (struct meaning){ FIELD_NONE, RANK_NONE, { NULL, 0 } };
		if (!c->by_number)
			c->at[i].means = header_meaning(c->at[i].name, c->kind);
		if (told->export && c->kind == KIND_FEEDBACK)
			settle_export(&c->at[i], told->export);
	}
	for (size_t i = 0; !rc && i < c->count; i++)
		settle_column(c, i);
	for (size_t i = 0; !rc && i < told->map_count; i++)
		rc = settle_map(c, told->maps[i], err);
	for (size_t i = 0; !rc && i < c->count; i++)
		explain_unknown(c, &c->at[i]);
	return rc ? rc : check_enough(c, err);
}
