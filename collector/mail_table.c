/* SPDX-License-Identifier: Apache-2.0 */
/* mail_table.c: see mail_table.h. */
#include "collector/mail_table.h"

#include <string.h>

#include "collector/csv.h"
#include "core/json_in.h"

enum { LABEL_MAX = 120 };

/* What a label means: what the source was told goes first. */
static struct meaning meaning_of(const struct mail_table *t, struct sv label)
{
	struct meaning m = { FIELD_NONE, RANK_NONE, { NULL, 0 } };
	char mine_room[HEADER_ROOM], theirs_room[HEADER_ROOM];
	struct buf mine, theirs;

	buf_borrow(&mine, mine_room, sizeof(mine_room));
	buf_borrow(&theirs, theirs_room, sizeof(theirs_room));
	header_fold(label, &mine);
	for (size_t i = 0; mine.n && i < t->told->map_count; i++) {
		struct sv column = sv_of(t->told->maps[i]), field;

		field = sv_cut(&column, '=');
		header_fold(column, &theirs);
		if (sv_eq(buf_sv(&mine), buf_sv(&theirs)) && field_find(field, &m))
			break;
	}
	if (m.field)
		return m;
	m = header_meaning(label, KIND_FEEDBACK);
	if (m.field == FIELD_CSAT && m.rank == RANK_SYNONYM)
		m.field = t->score;
	return m;
}

static int put(struct mail_table *t, struct sv label, struct cell cell, struct err *err)
{
	struct meaning m = meaning_of(t, label);
	uint64_t bit = UINT64_C(1) << m.field;

	if (!m.field || (m.field != FIELD_ATTR && (t->met & bit)))
		return 0;
	t->met |= bit;
	t->known++;
	return shape_put(t->shape, t->record, &m, cell, t->arena, err);
}

/* ---- attached ---------------------------------------------------------------------------- */

static int json_cell(struct mail_table *t, struct json_in *j, enum json_event e,
		     struct sv label, struct err *err)
{
	struct cell cell = { .number = e == JSON_NUMBER };

	if (e == JSON_TRUE || e == JSON_FALSE)
		cell.text = e == JSON_TRUE ? SV("true") : SV("false");
	else if (e == JSON_NUMBER)
		cell.text = j->text;
	else if (e == JSON_STRING && !json_text(j, t->arena, &cell.text))
		return ERR_AGAIN;
	if (cell.text.n && memchr(cell.text.p, 0, cell.text.n))
		return err_set(err, ERR_INPUT, "a NUL is in " SV_FMT, SV_ARG(label));
	return put(t, label, cell, err);
}

static int json_object(struct mail_table *t, struct json_in *j, struct err *err)
{
	enum json_event e;
	int rc = 0;

	while (!rc && (e = json_next(j)) == JSON_KEY) {
		struct sv label;

		if (!json_text(j, t->arena, &label))
			return ERR_AGAIN;
		e = json_next(j);
		if (e == JSON_OBJECT || e == JSON_ARRAY)
			rc = json_skip(j, e) ? 0 : json_why(j, err);
		else if (e == JSON_ERROR)
			rc = json_why(j, err);
		else
			rc = json_cell(t, j, e, label, err);
	}
	return rc ? rc : e == JSON_OBJECT_END ? 0 : json_why(j, err);
}

static int from_json(struct mail_table *t, struct sv text, struct err *err)
{
	struct json_in j;
	enum json_event e;
	bool list;
	int rc;

	json_begin(&j, text);
	e = json_next(&j);
	list = e == JSON_ARRAY;
	if (list)
		e = json_next(&j);
	if (e != JSON_OBJECT)
		return e == JSON_ERROR ? json_why(&j, err) : 0;
	rc = json_object(t, &j, err);
	if (!rc && list && json_next(&j) == JSON_OBJECT)
		rc = err_set(
			err, ERR_INPUT,
			"the attached list has several answers: import it as a file");
	return rc;
}

static char delimiter_of(struct sv text)
{
	static const char marks[] = { ',', ';', '\t', '|' };
	struct sv first = sv_cut(&text, '\n');
	size_t most = 0;
	char best = ',';

	for (size_t i = 0; i < sizeof(marks); i++) {
		size_t n = 0;

		for (size_t k = 0; k < first.n; k++)
			n += first.p[k] == marks[i];
		if (n > most) {
			most = n;
			best = marks[i];
		}
	}
	return best;
}

static int keep_labels(struct mail_table *t, const struct csv_reader *r,
		       struct sv *labels)
{
	for (size_t i = 0; i < r->count; i++) {
		struct sv text;

		if (!csv_text(&r->field[i], t->arena, &text) ||
		    !arena_copy(t->arena, sv_sub(text, 0, LABEL_MAX), &labels[i]))
			return ERR_AGAIN;
	}
	return 0;
}

static int csv_row(struct mail_table *t, const struct csv_reader *r,
		   const struct sv *labels, size_t count, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < r->count && i < count; i++) {
		struct cell cell = { .owned = false };

		if (!csv_text(&r->field[i], t->arena, &cell.text))
			return ERR_AGAIN;
		rc = put(t, labels[i], cell, err);
	}
	return rc;
}

static int csv_rows(struct mail_table *t, struct csv_reader *r, struct err *err)
{
	struct sv *labels = arena_zero(t->arena, CSV_COLUMNS_MAX, sizeof(*labels));
	enum csv_result got;
	size_t rows = 0, count = 0;
	int rc = labels ? 0 : ERR_AGAIN;

	while (!rc && (rc = csv_next(r, &got, err)) == 0 && got != CSV_END) {
		if (got == CSV_BAD)
			return ERR_INPUT; /* @err says why */
		if (r->count == 1 && !sv_trim(r->field[0].text).n)
			continue;
		if (rows++ == 0) {
			rc = keep_labels(t, r, labels);
			count = r->count;
		} else if (rows == 2) {
			rc = csv_row(t, r, labels, count, err);
		} else {
			rc = err_set(err, ERR_INPUT,
				     "the attached table has several answers: import it "
				     "as a file");
		}
	}
	return rc;
}

static int from_csv(struct mail_table *t, struct sv text, struct err *err)
{
	struct csv_reader *r = arena_zero(t->arena, 1, sizeof(*r));
	struct input in;
	int rc;

	if (!r)
		return ERR_AGAIN;
	rc = input_of_bytes(&in, text, err);
	if (!rc) {
		csv_begin(r, &in, delimiter_of(text));
		rc = csv_rows(t, r, err);
	}
	input_close(&in);
	return rc;
}

int mail_table_attached(struct mail_table *t, struct sv table, struct err *err)
{
	struct sv text = sv_trim(table);

	if (sv_starts(text, SV("\xef\xbb\xbf")))
		text = sv_sub(text, 3, text.n);
	if (!text.n)
		return 0;
	if (text.p[0] == '{' || text.p[0] == '[')
		return from_json(t, text, err);
	return from_csv(t, table, err);
}

/* ---- in the text ------------------------------------------------------------------------- */

/* "Ocena: 4": the label and what is behind the colon. */
static bool labelled(const struct mail_table *t, struct sv line, struct sv *label,
		     struct sv *value)
{
	const char *colon = line.n ? memchr(line.p, ':', line.n) : NULL;
	size_t n = colon ? (size_t)(colon - line.p) : 0;

	if (!n || n > LABEL_MAX || line.p[0] == '>')
		return false;
	*label = sv_trim(sv_sub(line, 0, n));
	while (label->n && (label->p[0] == '*' || label->p[0] == '-'))
		*label = sv_trim(sv_sub(*label, 1, label->n));
	*value = sv_trim(sv_sub(line, n + 1, line.n));
	while (value->n && value->p[0] == '*')
		*value = sv_trim(sv_sub(*value, 1, value->n));
	return meaning_of(t, *label).field != FIELD_NONE;
}

int mail_table_lines(struct mail_table *t, struct sv text, struct err *err)
{
	struct sv label = { NULL, 0 }, value = { NULL, 0 };
	int rc = 0;

	while (!rc && text.n) {
		struct sv line = sv_cut(&text, '\n'), l, v = { NULL, 0 };
		bool next = labelled(t, line, &l, &v);
		bool ends = next || sv_starts(line, SV(">")) ||
			    sv_eq(sv_trim(line), SV("--"));

		if (ends && label.n)
			rc = put(t, label, (struct cell){ .text = value }, err);
		if (ends) {
			label = next ? l : (struct sv){ NULL, 0 };
			value = v;
		} else if (label.n && meaning_of(t, label).field == FIELD_COMMENT) {
			if (!value.n)
				value.p = line.p;
			value.n = (size_t)(line.p + line.n - value.p);
		}
	}
	if (!rc && label.n)
		rc = put(t, label, (struct cell){ .text = value }, err);
	return rc;
}
