/* SPDX-License-Identifier: Apache-2.0 */
/* cdr_row.c: see cdr_row.h. */
#include "collector/cdr_row.h"

#include "core/i18n.h"
#include "core/nearest.h"

enum { FEWEST = 16, CELLS = CDR_CUSTOM_MAX };

static const struct sv names[CDR_COLUMNS] = {
	SV_INIT("accountcode"), SV_INIT("src"),	     SV_INIT("dst"),
	SV_INIT("dcontext"),	SV_INIT("clid"),     SV_INIT("channel"),
	SV_INIT("dstchannel"),	SV_INIT("lastapp"),  SV_INIT("lastdata"),
	SV_INIT("start"),	SV_INIT("answer"),   SV_INIT("end"),
	SV_INIT("duration"),	SV_INIT("billsec"),  SV_INIT("disposition"),
	SV_INIT("amaflags"),	SV_INIT("uniqueid"), SV_INIT("userfield"),
	SV_INIT("peeraccount"), SV_INIT("linkedid"), SV_INIT("sequence"),
};

/* ---- a told order ------------------------------------------------------------------------ */

static int unknown_column(struct sv name, struct err *err)
{
	struct nearest near = nearest_to(name);
	struct sv best;

	for (size_t i = 0; i < CDR_COLUMNS; i++)
		nearest_try(&near, names[i]);
	best = nearest_found(&near);
	if (best.n)
		return err_set(err, ERR_CONFIG,
			       "no column `" SV_FMT "`; did you mean `" SV_FMT "`?",
			       SV_ARG(name), SV_ARG(best));
	return err_set(err, ERR_CONFIG,
		       "no column `" SV_FMT
		       "`: they are called as in Asterisk, - leaves one out",
		       SV_ARG(name));
}

int cdr_order_parse(struct cdr_order *o, struct sv said, struct err *err)
{
	o->count = 0;
	while (said.n) {
		struct sv name = sv_trim(sv_cut(&said, ','));
		unsigned c = 0;

		if (o->count == CDR_CUSTOM_MAX)
			return err_set(err, ERR_CONFIG, "more than %d columns",
				       CDR_CUSTOM_MAX);
		while (c < CDR_COLUMNS && !sv_ieq(names[c], name))
			c++;
		if (c == CDR_COLUMNS && !sv_eq(name, SV("-")))
			return unknown_column(name, err);
		o->column[o->count++] = (uint8_t)c;
	}
	return 0;
}

/* ---- cells ------------------------------------------------------------------------------- */

static bool undouble(struct sv in, struct arena *a, struct sv *out)
{
	char *p = arena_take(a, in.n + 1);
	size_t n = 0;

	if (!p)
		return false;
	for (size_t i = 0; i < in.n; i++) {
		p[n++] = in.p[i];
		i += in.p[i] == '"';
	}
	*out = (struct sv){ p, n };
	return true;
}

/* Behind an opening quote; @rest begins with what follows the cell. */
static const char *quoted(struct sv *rest, struct arena *a, struct sv *out)
{
	size_t i = 0;
	bool doubled = false;

	for (; i < rest->n; i++) {
		if (rest->p[i] != '"')
			continue;
		if (i + 1 == rest->n || rest->p[i + 1] != '"')
			break;
		doubled = true;
		i++;
	}
	if (i == rest->n)
		return N_("a quote that is opened and not closed");
	*out = sv_sub(*rest, 0, i);
	*rest = sv_sub(*rest, i + 1, rest->n);
	if (doubled && !undouble(*out, a, out))
		return N_("far too much text");
	return NULL;
}

static const char *cut_cells(struct sv line, char separator, struct arena *a,
			     struct sv cell[CELLS], size_t *count)
{
	bool more = true;

	for (*count = 0; more; ++*count) {
		const char *why;
		size_t i = 0;

		if (*count == CELLS)
			return N_("far too many columns");
		if (line.n && line.p[0] == '"') {
			line = sv_sub(line, 1, line.n);
			why = quoted(&line, a, &cell[*count]);
			if (why)
				return why;
			if (line.n && line.p[0] != separator)
				return N_("letters behind a closing quote");
		} else {
			while (i < line.n && line.p[i] != separator)
				i++;
			cell[*count] = sv_sub(line, 0, i);
			line = sv_sub(line, i, line.n);
		}
		more = line.n > 0;
		line = sv_sub(line, 1, line.n);
	}
	return NULL;
}

/* ---- which is which ---------------------------------------------------------------------- */

static size_t digits(struct sv s, size_t at)
{
	size_t n = 0;

	while (at + n < s.n && s.p[at + n] >= '0' && s.p[at + n] <= '9')
		n++;
	return n;
}

/* "1795287512.41", also with the exchange's name before it. */
static bool is_uniqueid(struct sv s)
{
	ptrdiff_t dash = -1;
	size_t n;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '-')
			dash = (ptrdiff_t)i;
	s = sv_sub(s, (size_t)(dash + 1), s.n);
	n = digits(s, 0);
	return n >= 9 && n <= 10 && n + 1 < s.n && s.p[n] == '.' &&
	       digits(s, n + 1) == s.n - n - 1;
}

static void place_rest(const struct sv *cell, size_t count, struct cdr_row *out)
{
	size_t at = FEWEST, extra = count - FEWEST;
	bool linked = extra >= 3;

	extra -= linked ? 3 : 0;
	if (extra == 2 || (extra == 1 && is_uniqueid(cell[at])))
		out->at[CDR_UNIQUEID] = cell[at++];
	if (extra == 2 || (extra == 1 && at == FEWEST))
		out->at[CDR_USERFIELD] = cell[at++];
	if (!linked)
		return;
	out->at[CDR_PEERACCOUNT] = cell[at];
	out->at[CDR_LINKEDID] = cell[at + 1];
	out->at[CDR_SEQUENCE] = cell[at + 2];
}

const char *cdr_row_split(struct sv line, const struct cdr_order *order, struct arena *a,
			  struct cdr_row *out)
{
	struct sv cell[CELLS];
	size_t count;
	const char *why = cut_cells(line, order->separator, a, cell, &count);

	*out = (struct cdr_row){ .at = { { NULL, 0 } } };
	if (why)
		return why;
	if (order->count) {
		if (count != order->count)
			return N_("another number of columns than is told");
		for (size_t i = 0; i < count; i++)
			if (order->column[i] < CDR_COLUMNS)
				out->at[order->column[i]] = cell[i];
		return NULL;
	}
	if (count < FEWEST || count > CDR_COLUMNS)
		return N_("a call record has 16 to 21 columns");
	for (size_t i = 0; i < FEWEST; i++)
		out->at[i] = cell[i];
	place_rest(cell, count, out);
	return NULL;
}

static bool looks_like_time(struct sv s)
{
	return s.n == 19 && s.p[4] == '-' && s.p[10] == ' ' && s.p[13] == ':';
}

bool cdr_row_looks(struct sv line, struct arena *a)
{
	static const struct cdr_order own = { .separator = ',' };
	static const struct sv said[] = { SV_INIT("ANSWERED"),	 SV_INIT("NO ANSWER"),
					  SV_INIT("BUSY"),	 SV_INIT("FAILED"),
					  SV_INIT("CONGESTION"), SV_INIT("UNKNOWN") };
	struct cdr_row row;

	if (cdr_row_split(line, &own, a, &row) || !looks_like_time(row.at[CDR_START]) ||
	    digits(row.at[CDR_DURATION], 0) != row.at[CDR_DURATION].n)
		return false;
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (sv_eq(row.at[CDR_DISPOSITION], said[i]))
			return true;
	return false;
}

struct sv cdr_number(struct sv clid)
{
	ptrdiff_t from = sv_find(clid, SV("<")), to = sv_find(clid, SV(">"));

	if (from < 0)
		return sv_trim(clid);
	return sv_trim(sv_sub(clid, (size_t)from + 1,
			      to > from ? (size_t)(to - from - 1) : clid.n));
}
