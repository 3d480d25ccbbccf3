/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_sources.c: the configured sources and how they are doing; `sources test NAME` goes through
 * the steps of asking one without storing anything, `sources again NAME` has it read from its
 * beginning.
 */
#include <string.h>

#include "cli/configured.h"
#include "cli/source_state.h"
#include "cli/subcommand.h"
#include "core/i18n.h"

static const struct option_row rows[] = {
	OPTION_FORMAT,
	{ "list", OPTION_FLAG, NULL,
	  N_("The adapters and maps that a source may name; of one: its settings") },
};

static const struct column columns[] = {
	{ .name = "source", .title = N_("source"), .type = COLUMN_TEXT },
	{ .name = "adapter", .title = N_("adapter"), .type = COLUMN_TEXT },
	{ .name = "channel", .title = N_("channel"), .type = COLUMN_TEXT },
	{ .name = "state", .title = N_("state"), .type = COLUMN_TEXT },
	{ .name = "last_ok", .title = N_("last good run"), .type = COLUMN_TEXT },
	{ .name = "new", .title = N_("new"), .type = COLUMN_COUNT },
	{ .name = "revised", .title = N_("revised"), .type = COLUMN_COUNT },
	{ .name = "rejected", .title = N_("set aside"), .type = COLUMN_COUNT },
	{ .name = "newest_at", .title = N_("newest record"), .type = COLUMN_TEXT },
	{ .name = "failures", .title = NULL, .type = COLUMN_COUNT },
	{ .name = "cursor", .title = N_("cursor"), .type = COLUMN_TEXT },
	{ .name = "error", .title = N_("last error"), .type = COLUMN_TEXT, .last = true },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]), CURSOR_SHOWN = 40 };

/* @titled: room for @count columns, borrowed until the printer is closed. */
static int open_printer(struct program *p, const struct column *from, size_t count,
			struct column *titled, struct printer **out, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		titled[i] = from[i];
		titled[i].title = from[i].title ? _(from[i].title) : NULL;
	}
	return program_printer(p, titled, count, out, err);
}

static const char *state_name(const struct opinia_source_info *info,
			      const struct source_state *s)
{
	if (!info->pulls)
		return "calls";
	if (s->last_run == TIME_NONE)
		return "new";
	if (source_state_parked(s))
		return "parked";
	return s->code ? "failing" : "ok";
}

static struct cell at_cell(struct program *p, int64_t at, char out[WHEN_TEXT_MAX])
{
	if (at == TIME_NONE)
		return cell_none();
	if (p->format == PRINT_TABLE)
		when_format_local(p->zone, at, out);
	else
		when_format(at, out);
	return cell_text(sv_of(out));
}

static int print_one(struct program *p, struct printer *printer,
		     const struct opinia_source_info *info, struct err *err)
{
	struct source_state s;
	char ok[WHEN_TEXT_MAX], newest[WHEN_TEXT_MAX];
	struct sv cursor;
	int rc = source_state_read(p->store, info->name, &s, err);

	if (!rc)
		rc = opinia_store_cursor(p->store, sv_of(info->name), &p->arena, &cursor,
					 err);
	if (rc)
		return rc;
	if (p->format == PRINT_TABLE)
		cursor = sv_sub(cursor, 0, CURSOR_SHOWN);
	return printer_row(
		printer,
		(struct cell[]){
			cell_text(sv_of(info->name)), cell_text(sv_of(info->adapter)),
			cell_text(sv_of(channel_name(info->channel))),
			cell_text(sv_of(state_name(info, &s))), at_cell(p, s.last_ok, ok),
			cell_count((uint64_t)s.added), cell_count((uint64_t)s.revised),
			cell_count((uint64_t)s.rejected), at_cell(p, s.newest, newest),
			cell_count((uint64_t)s.failures),
			cursor.n ? cell_text(cursor) : cell_none(),
			s.error[0] ? cell_text(sv_of(s.error)) : cell_none() },
		err);
}

static int print_all(struct program *p, const struct opinia_sources *s,
		     const struct options *o, struct err *err)
{
	struct column titled[COLUMNS];
	struct printer *printer;
	int rc = open_printer(p, columns, COLUMNS, titled, &printer, err);
	size_t n = opinia_sources_count(s), at;

	for (size_t i = 0; !rc && i < o->arg_count; i++) {
		rc = opinia_sources_find(s, o->args[i], &at, err);
		if (!rc)
			rc = print_one(p, printer, opinia_sources_at(s, at), err);
	}
	for (size_t i = 0; !rc && !o->arg_count && i < n; i++)
		rc = print_one(p, printer, opinia_sources_at(s, i), err);
	if (printer_close(printer, rc ? NULL : err) && !rc)
		rc = ERR_SYSTEM;
	if (!rc && !n)
		rc = err_set(err, ERR_NOTHING,
			     "no source is configured: [source NAME] in opinia.conf, see "
			     "opinia-sources(5)");
	return rc;
}

/* ---- test NAME ----------------------------------------------------------------------------- */

static void tell_step(void *self, const char *what, const char *detail)
{
	struct program *p = self;

	fprintf(p->out, "%s %s%s%s\n", _("ok"), _(what), detail ? ": " : "",
		detail ? detail : "");
	fflush(p->out);
}

static int test_one(struct program *p, const struct opinia_sources *s, const char *name,
		    struct err *err)
{
	struct source_steps steps = { .tell = tell_step, .self = p };
	struct opinia_collect *c;
	size_t i;
	int rc = opinia_sources_find(s, name, &i, err);

	if (rc)
		return rc;
	if (!opinia_sources_at(s, i)->pulls)
		return err_set(err, ERR_USAGE,
			       "%s is not asked: it calls; send it to /hooks/%s of "
			       "`opinia serve`",
			       name, name);
	rc = opinia_collect_open(&c, s, i, err);
	if (rc)
		return rc;
	steps.tell(steps.self, N_("configuration"), opinia_sources_at(s, i)->adapter);
	rc = opinia_collect_test(c, &steps, err);
	opinia_collect_close(c);
	if (!rc)
		fprintf(p->out, "%s\n", _("nothing was stored"));
	return rc ? err_at(err, "%s", name) : 0;
}

/* ---- again NAME ----------------------------------------------------------------------------- */

static int begin_again(struct program *p, const struct opinia_sources *s,
		       const char *name, struct err *err)
{
	struct source_state state;
	size_t i;
	int rc = opinia_sources_find(s, name, &i, err);

	if (!rc)
		rc = source_state_read(p->store, name, &state, err);
	if (!rc)
		rc = opinia_store_cursor_forget(p->store, sv_of(name), err);
	if (rc)
		return rc;
	state.code = 0;
	state.failures = 0;
	state.error[0] = 0;
	rc = source_state_write(p->store, name, &state, err);
	if (!rc)
		fprintf(p->out,
			_("%s is read from its beginning when it is asked next\n"), name);
	return rc;
}

/* ---- --list -------------------------------------------------------------------------------- */

static int print_kinds(struct program *p, const struct collect_env *env, struct err *err)
{
	static const struct column kinds[] = {
		{ .name = "adapter", .title = N_("adapter"), .type = COLUMN_TEXT },
		{ .name = "what",
		  .title = N_("what it is"),
		  .type = COLUMN_TEXT,
		  .last = true },
	};
	struct opinia_source_kind *list;
	struct column titled[2];
	struct printer *printer;
	size_t n;
	int rc = opinia_source_kinds(env, &p->arena, &list, &n, err);

	if (!rc)
		rc = open_printer(p, kinds, 2, titled, &printer, err);
	if (rc)
		return rc;
	for (size_t i = 0; !rc && i < n; i++)
		rc = printer_row(printer,
				 (struct cell[]){ cell_text(list[i].name),
						  cell_text(sv_of(_(list[i].what))) },
				 err);
	if (printer_close(printer, rc ? NULL : err) && !rc)
		rc = ERR_SYSTEM;
	return rc;
}

static int print_keys(struct program *p, const struct collect_env *env, const char *kind,
		      struct err *err)
{
	static const struct column keys[] = {
		{ .name = "key", .title = N_("setting"), .type = COLUMN_TEXT },
		{ .name = "value", .title = N_("value"), .type = COLUMN_TEXT },
		{ .name = "preset", .title = N_("preset"), .type = COLUMN_TEXT },
		{ .name = "what",
		  .title = N_("what it is"),
		  .type = COLUMN_TEXT,
		  .last = true },
	};
	struct opinia_source_key *list;
	struct column titled[4];
	struct printer *printer;
	size_t n;
	int rc = opinia_source_keys(env, kind, &p->arena, &list, &n, err);

	if (!rc)
		rc = open_printer(p, keys, 4, titled, &printer, err);
	if (rc)
		return rc;
	for (size_t i = 0; !rc && i < n; i++) {
		bool must = list[i].preset && list[i].preset[0] == '!';

		rc = printer_row(
			printer,
			(struct cell[]){
				cell_text(sv_of(list[i].key)),
				cell_text(sv_of(list[i].arg)),
				must		 ? cell_text(sv_of(_("must be said")))
				: list[i].preset ? cell_text(sv_of(list[i].preset))
						 : cell_none(),
				cell_text(sv_of(list[i].help ? _(list[i].help) : "")) },
			err);
	}
	if (printer_close(printer, rc ? NULL : err) && !rc)
		rc = ERR_SYSTEM;
	return rc;
}

static int sources_run(struct program *p, const struct options *o, struct err *err)
{
	struct configured_sources c;
	struct cancel stop;
	int rc = cancel_init(&stop, err);

	if (rc)
		return rc;
	configured_signals(&stop);
	p->stop = &stop;
	rc = configured_open(&c, p, &stop, false, err);
	if (!rc && option_given(o, "list"))
		rc = o->arg_count ? print_keys(p, &c.env, o->args[0], err)
				  : print_kinds(p, &c.env, err);
	else if (!rc && o->arg_count && strcmp(o->args[0], "test") == 0)
		rc = o->arg_count == 2 ? test_one(p, c.sources, o->args[1], err)
				       : err_set(err, ERR_USAGE,
						 "which one? opinia sources test NAME");
	else if (!rc && o->arg_count && strcmp(o->args[0], "again") == 0)
		rc = o->arg_count == 2 ? begin_again(p, c.sources, o->args[1], err)
				       : err_set(err, ERR_USAGE,
						 "which one? opinia sources again NAME");
	else if (!rc)
		rc = print_all(p, c.sources, o, err);
	configured_close(&c);
	configured_signals(NULL);
	p->stop = NULL;
	cancel_release(&stop);
	return rc;
}

/* Only `again` writes. */
static unsigned sources_opens(const struct options *o)
{
	return o->arg_count && strcmp(o->args[0], "again") == 0
		       ? OPENS_ANALYZER | OPENS_LANDING
		       : cmd_sources.opens;
}

const struct subcommand cmd_sources = {
	.name = "sources",
	.args = "[NAME…] | test NAME | again NAME | --list [ADAPTER]",
	.summary = N_("Show the configured sources and how they are doing, or test one"),
	.opens = OPENS_STORE,
	.opens_with = sources_opens,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = sources_run,
	.examples = "  opinia sources --list\n"
		    "  opinia --config contrib/sample/sources.conf sources test shop\n",
};
