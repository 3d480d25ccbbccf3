/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filter_value.c: one value of a field, by the type of the field: a topic of the
 * taxonomy, one of a few words, a range of points, a stretch of days. A wrong value is
 * answered with the right ones, or with the nearest.
 */
#include <libintl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/nearest.h"
#include "core/utf8.h"
#include "store/filter.h"
#include "store/opinia_store.h"

int filter_wrong(const struct filter_reader *r, const char *at, const char *fmt, ...)
{
	struct sv before = { r->whole.p, 0 };
	char what[400];
	va_list ap;

	if (at && r->whole.p && at >= r->whole.p && at <= r->whole.p + r->whole.n)
		before.n = (size_t)(at - r->whole.p);
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), gettext(fmt), ap);
	va_end(ap);
	return err_set(r->err, ERR_USAGE, "column %zu: %s", utf8_count(before) + 1, what);
}

/* A piece of @s that is not too long for a sentence. */
static struct sv brief(struct sv s)
{
	return utf8_clip(s, 40);
}

static int no_such(const struct filter_reader *r, const struct filter_field_row *row,
		   struct sv text, const struct nearest *near, const char *all)
{
	struct sv right = nearest_found(near), shown = brief(text);

	if (right.n)
		return filter_wrong(r, text.p,
				    "`" SV_FMT
				    "` is no value of `%s`; did you mean `" SV_FMT "`?",
				    SV_ARG(shown), row->name, SV_ARG(right));
	return filter_wrong(r, text.p, "`" SV_FMT "` is no value of `%s`; it takes %s",
			    SV_ARG(shown), row->name, all);
}

static int lower_copy(const struct filter_reader *r, struct sv text, struct sv *out)
{
	char *p = arena_take(r->arena, text.n + 1);

	if (!p)
		return err_set(r->err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < text.n; i++)
		p[i] = (char)(text.p[i] >= 'A' && text.p[i] <= 'Z' ? text.p[i] + 32
								   : text.p[i]);
	p[text.n] = '\0';
	*out = (struct sv){ p, text.n };
	return 0;
}

/*
 * Show @id as it is, and by its last part: people remember "checkout" of
 * "order.checkout".
 */
static void try_topic(struct nearest *near, struct sv id)
{
	struct sv tail = id;
	struct nearest part = nearest_to(near->wanted);

	nearest_try(near, id);
	sv_cut(&tail, '.');
	if (!tail.n)
		return;
	nearest_try(&part, tail);
	if (part.distance + 1 < near->distance) {
		near->distance = part.distance + 1;
		near->best = id;
	}
}

/* A topic or a branch of the taxonomy; without a taxonomy anything may be one. */
static int read_topic(const struct filter_reader *r, const struct filter_field_row *row,
		      struct sv text, struct filter_value *out)
{
	const struct taxonomy *t = r->env ? r->env->taxonomy : NULL;
	struct nearest near;
	int rc = lower_copy(r, text, &out->text);

	if (rc || !t || sv_eq(out->text, SV("no_content")))
		return rc;
	near = nearest_to(out->text);
	for (uint16_t i = 0; i < t->count; i++) {
		struct sv id = t->topics[i].id;

		if (sv_eq(id, out->text) ||
		    (sv_starts(id, out->text) && id.p[out->text.n] == '.'))
			return 0;
		try_topic(&near, id);
	}
	return no_such(r, row, text, &near,
		       "a topic or a branch of topics (see opinia topics)");
}

static void list_choices(const struct filter_choice *c, char *out, size_t room)
{
	size_t n = 0;

	out[0] = '\0';
	for (; c->name && n < room; c++) {
		int k = snprintf(out + n, room - n, n ? ", %s" : "%s", c->name);

		n += k > 0 ? (size_t)k : 0;
	}
}

/* "attr.plan": a record with that attribute, whatever its value. */
static bool read_has_attr(struct sv text, struct filter_value *out)
{
	if (text.n <= 5 || !sv_starts(text, SV("attr.")))
		return false;
	out->number = HAS_ATTR;
	out->text = sv_sub(text, 5, text.n);
	for (size_t i = 0; i < out->text.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_", out->text.p[i]))
			return false;
	return true;
}

static int read_enum(const struct filter_reader *r, const struct filter_field_row *row,
		     struct sv text, struct filter_value *out)
{
	struct nearest near = nearest_to(text);
	enum channel channel;
	char all[200];

	for (const struct filter_choice *c = row->choices; c->name; c++) {
		if (sv_ieq(sv_of(c->name), text)) {
			out->number = c->number;
			return 0;
		}
		nearest_try(&near, sv_of(c->name));
	}
	if (row->field == FILTER_CHANNEL && channel_find(text, &channel)) {
		out->number = channel;
		return 0;
	}
	if (row->field == FILTER_HAS && read_has_attr(text, out))
		return 0;
	list_choices(row->choices, all, sizeof(all));
	return no_such(r, row, text, &near, all);
}

/* "5", "0..6", "3..", "..3", "<3", "<=3", ">4", ">=4"; false: none of these. */
static bool read_range(struct sv text, int64_t *low, int64_t *high)
{
	ptrdiff_t dots = sv_find(text, SV(".."));
	bool less = sv_starts(text, SV("<")), more = sv_starts(text, SV(">"));
	struct sv a, b;
	int64_t n;

	*low = FILTER_NO_LOW;
	*high = FILTER_NO_HIGH;
	if (less || more) {
		bool equal = sv_starts(sv_sub(text, 1, 1), SV("="));

		if (!sv_i64(sv_sub(text, equal ? 2 : 1, text.n), &n))
			return false;
		if (less)
			*high = equal ? n : n - 1;
		else
			*low = equal ? n : n + 1;
		return true;
	}
	if (dots < 0)
		return sv_i64(text, low) && (*high = *low, true);
	a = sv_sub(text, 0, (size_t)dots);
	b = sv_sub(text, (size_t)dots + 2, text.n);
	return (a.n || b.n) && (!a.n || sv_i64(a, low)) && (!b.n || sv_i64(b, high));
}

static int read_points(const struct filter_reader *r, const struct filter_field_row *row,
		       struct sv text, struct filter_value *out)
{
	int64_t limit = row->type == TYPE_ID ? UINT32_MAX : INT16_MAX;
	int64_t bottom = row->type == TYPE_ID ? 0 : INT16_MIN;

	if (row->field == FILTER_FCR &&
	    (sv_ieq(text, SV("yes")) || sv_ieq(text, SV("no")))) {
		out->low = out->high = text.n == 3;
		return 0;
	}
	if (!read_range(text, &out->low, &out->high))
		return filter_wrong(r, text.p,
				    "`" SV_FMT
				    "` is no number; `%s` takes 5, 0..6, 3.., <3 or >=4",
				    SV_ARG(brief(text)), row->name);
	if ((out->low != FILTER_NO_LOW && (out->low < bottom || out->low > limit)) ||
	    (out->high != FILTER_NO_HIGH && (out->high < bottom || out->high > limit)))
		return filter_wrong(r, text.p, "`" SV_FMT "` is beyond what `%s` can be",
				    SV_ARG(brief(text)), row->name);
	if (out->low > out->high)
		return filter_wrong(r, text.p,
				    "`" SV_FMT "` runs backwards; turn it round",
				    SV_ARG(brief(text)));
	return 0;
}

static int wrong_time(const struct filter_reader *r, const struct filter_field_row *row,
		      struct sv text)
{
	if (text.n > 10 && text.p[4] == '-' && text.p[7] == '-' &&
	    (text.p[10] == 'T' || text.p[10] == ' '))
		return filter_wrong(r, text.p,
				    "`%s` takes whole days: leave the time of day out",
				    row->name);
	return filter_wrong(r, text.p,
			    "`" SV_FMT
			    "` is no time; `%s` takes 2026-03-01, 2026-03, 2026-W08, "
			    "30d, 12w, today, yesterday, last-week or last-month",
			    SV_ARG(brief(text)), row->name);
}

static int read_days(const struct filter_reader *r, const struct filter_field_row *row,
		     struct sv text, struct filter_value *out)
{
	ptrdiff_t dots = row->type == TYPE_DAY ? sv_find(text, SV("..")) : -1;
	struct sv a = dots < 0 ? text : sv_sub(text, 0, (size_t)dots);
	struct sv b = dots < 0 ? text : sv_sub(text, (size_t)dots + 2, text.n);
	int32_t first = FILTER_NO_LOW, last = FILTER_NO_HIGH, spare;
	bool until = row->type == TYPE_UNTIL;

	if (dots < 0) {
		if (!filter_time_read(text, r->env, until, &first, &last))
			return wrong_time(r, row, text);
	} else if ((!a.n && !b.n) ||
		   (a.n && !filter_time_read(a, r->env, false, &first, &spare)) ||
		   (b.n && !filter_time_read(b, r->env, true, &spare, &last))) {
		return wrong_time(r, row, text);
	}
	out->low = until ? FILTER_NO_LOW : first;
	out->high = row->type == TYPE_SINCE ? FILTER_NO_HIGH : last;
	if (out->low > out->high)
		return filter_wrong(r, text.p,
				    "`" SV_FMT "` runs backwards; turn it round",
				    SV_ARG(brief(text)));
	return 0;
}

int filter_value_read(const struct filter_reader *r, const struct filter_field_row *row,
		      struct sv text, bool quoted, struct filter_value *out)
{
	memset(out, 0, sizeof(*out));
	if (text.n == 0)
		return filter_wrong(r, text.p, "`%s` needs a value", row->name);
	if (text.n > RECORD_ID_MAX)
		return filter_wrong(r, text.p, "a value has at most %d bytes",
				    RECORD_ID_MAX);
	switch (row->type) {
	case TYPE_WORDS:
		out->exact = !quoted && text.p[0] == '=';
		out->phrase = quoted;
		out->text = sv_sub(text, out->exact ? 1 : 0, text.n);
		return out->text.n
			       ? 0
			       : filter_wrong(r, text.p, "`=` needs a word behind it");
	case TYPE_TOPIC:
		return read_topic(r, row, text, out);
	case TYPE_ENUM:
		return read_enum(r, row, text, out);
	case TYPE_SCORE:
	case TYPE_ID:
		return read_points(r, row, text, out);
	case TYPE_SINCE:
	case TYPE_UNTIL:
	case TYPE_DAY:
		return read_days(r, row, text, out);
	case TYPE_CODE:
		return lower_copy(r, text, &out->text);
	case TYPE_NAME:
	case TYPE_ATTR:
		out->text = text;
		return 0;
	}
	return err_set(r->err, ERR_BUG, "a field without a type");
}
