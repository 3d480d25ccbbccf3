/* SPDX-License-Identifier: Apache-2.0 */
/* options.c: see options.h. */
#include "cli/options.h"

#include <assert.h>
#include <string.h>

#include "core/i18n.h"
#include "core/nearest.h"
#include "core/utf8.h"

/* clang-format off */
const struct option_row options_common[] = {
	{ "store",  OPTION_TEXT,   "DIR",      N_("The store (default: $OPINIA_STORE, else $XDG_DATA_HOME/opinia)") },
	{ "config", OPTION_TEXT,   "FILE",     N_("The configuration (default: opinia.conf in the store)") },
	{ "key",    OPTION_TEXT,   "FILE",     N_("The key of the store (default: the systemd credential opinia.key, else DIR.key)") },
	{ "now",    OPTION_TEXT,   "TIME",     N_("What \"now\" is, for relative times (default: $OPINIA_NOW, else the clock)") },
	{ "lang",   OPTION_CHOICE, "en|ro|pl", N_("Language of headings and labels (default: the system's)") },
	{ "help",   OPTION_FLAG,   NULL,       N_("Show this help") },
};
/* clang-format on */
const size_t options_common_count = sizeof(options_common) / sizeof(options_common[0]);

static const struct option_row *find(const struct option_row *rows, size_t n,
				     struct sv name)
{
	for (size_t i = 0; i < n; i++)
		if (sv_eq(sv_of(rows[i].name), name))
			return &rows[i];
	return NULL;
}

static const struct option_row *find_any(const struct options *o, struct sv name)
{
	const struct option_row *row = find(o->rows, o->row_count, name);

	return row ? row : find(options_common, options_common_count, name);
}

static int unknown(const struct options *o, struct sv name, struct err *err)
{
	struct nearest near = nearest_to(name);
	struct sv best;

	for (size_t i = 0; i < o->row_count; i++)
		nearest_try(&near, sv_of(o->rows[i].name));
	for (size_t i = 0; i < options_common_count; i++)
		nearest_try(&near, sv_of(options_common[i].name));
	best = nearest_found(&near);
	if (best.n)
		return err_set(err, ERR_USAGE,
			       "no option --" SV_FMT "; did you mean --" SV_FMT "?",
			       SV_ARG(name), SV_ARG(best));
	return err_set(err, ERR_USAGE, "no option --" SV_FMT "; --help lists them",
		       SV_ARG(name));
}

static bool is_choice(const char *choices, const char *value)
{
	struct sv rest = sv_of(choices);

	while (rest.n)
		if (sv_eq(sv_cut(&rest, '|'), sv_of(value)))
			return true;
	return false;
}

static int check_value(const struct option_row *row, const char *value, struct err *err)
{
	int64_t n;

	if (row->type == OPTION_CHOICE && !is_choice(row->arg, value))
		return err_set(err, ERR_USAGE, "--%s %s: it is one of %s", row->name,
			       value, row->arg);
	if (row->type == OPTION_NUMBER && !sv_i64(sv_of(value), &n))
		return err_set(err, ERR_USAGE, "--%s %s: a whole number is wanted",
			       row->name, value);
	return 0;
}

/* One `--name`, whose value may be the next argument; *at moves over it. */
static int take_option(struct options *o, int argc, char **argv, int *at, struct err *err)
{
	struct sv rest = sv_of(argv[*at] + 2);
	const char *equals = strchr(argv[*at], '=');
	struct sv name = sv_cut(&rest, '=');
	const struct option_row *row = find_any(o, name);
	const char *value = NULL;
	int rc = 0;

	if (!row)
		return unknown(o, name, err);
	if (row->type == OPTION_FLAG && equals)
		return err_set(err, ERR_USAGE, "--%s takes no value", row->name);
	if (row->type != OPTION_FLAG) {
		if (equals)
			value = equals + 1;
		else if (*at + 1 < argc)
			value = argv[++*at];
		else
			return err_set(err, ERR_USAGE, "--%s needs a value: %s",
				       row->name, row->arg);
		rc = check_value(row, value, err);
	}
	o->values[o->value_count++] = (struct option_value){ row, value };
	return rc;
}

int options_parse(struct options *o, const struct option_row *rows, size_t row_count,
		  int argc, char **argv, struct arena *arena, struct err *err)
{
	bool ended = false;
	int rc = 0;

	*o = (struct options){ .rows = rows, .row_count = row_count };
	o->values = arena_zero(arena, (size_t)argc + 1, sizeof(*o->values));
	o->args = arena_zero(arena, (size_t)argc + 1, sizeof(*o->args));
	if (!o->values || !o->args)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (int i = 0; !rc && i < argc; i++) {
		if (!utf8_valid(sv_of(argv[i])) && strchr(argv[i], ':'))
			rc = err_set(err, ERR_USAGE, "argument %d is not UTF-8", i + 1);
		else if (ended || strncmp(argv[i], "--", 2) != 0) {
			if (!ended && strcmp(argv[i], "-h") == 0)
				o->values[o->value_count++] =
					(struct option_value){ find_any(o, SV("help")),
							       NULL };
			else
				o->args[o->arg_count++] = argv[i];
		} else if (argv[i][2] == 0) {
			ended = true;
		} else {
			rc = take_option(o, argc, argv, &i, err);
		}
	}
	return rc;
}

const char *option_nth(const struct options *o, const char *name, size_t n)
{
	for (size_t i = 0; i < o->value_count; i++)
		if (strcmp(o->values[i].row->name, name) == 0 && n-- == 0)
			return o->values[i].text;
	return NULL;
}

bool option_given(const struct options *o, const char *name)
{
	for (size_t i = 0; i < o->value_count; i++)
		if (strcmp(o->values[i].row->name, name) == 0)
			return true;
	return false;
}

const char *option_text(const struct options *o, const char *name, const char *preset)
{
	assert(find_any(
		o, sv_of(name))); /* a command asks for an option that it does not have */
	for (size_t i = o->value_count; i-- > 0;)
		if (strcmp(o->values[i].row->name, name) == 0)
			return o->values[i].text;
	return preset;
}

long option_number(const struct options *o, const char *name, long preset)
{
	const char *text = option_text(o, name, NULL);
	int64_t v = preset;

	if (text)
		sv_i64(sv_of(text), &v);
	return (long)v;
}

struct sv options_rest(const struct options *o, size_t first, struct arena *arena)
{
	size_t n = 0;
	char *p;

	for (size_t i = first; i < o->arg_count; i++)
		n += strlen(o->args[i]) + 1;
	p = arena_take(arena, n + 1);
	if (!p)
		return (struct sv){ NULL, 0 };
	n = 0;
	for (size_t i = first; i < o->arg_count; i++) {
		size_t len = strlen(o->args[i]);

		if (i > first)
			p[n++] = ' ';
		memcpy(p + n, o->args[i], len);
		n += len;
	}
	p[n] = 0;
	return (struct sv){ p, n };
}

void options_help(FILE *out, const struct option_row *rows, size_t row_count)
{
	for (size_t i = 0; i < row_count; i++) {
		char left[80];

		snprintf(left, sizeof(left), "--%s%s%s", rows[i].name,
			 rows[i].arg ? " " : "", rows[i].arg ? rows[i].arg : "");
		fprintf(out, "  %s%*s %s\n", left,
			(int)(utf8_width(sv_of(left)) < 26 ? 26 - utf8_width(sv_of(left))
							   : 0),
			"", _(rows[i].help));
	}
}
