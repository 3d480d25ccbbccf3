/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_kpi.c: the team's indicators: value, n, interval, change against as many days before, and
 * the test of that change. What cannot be known is NA, with the reason.
 */
#include <math.h>

#include "cli/numbers.h"
#include "cli/records.h"
#include "cli/subcommand.h"
#include "core/i18n.h"

static const struct option_row rows[] = {
	OPTION_FORMAT,
	OPTION_LAST,
	{ "metric", OPTION_TEXT, "NAME,…",
	  N_("These indicators (default: those of opinia.conf)") },
	{ "list", OPTION_FLAG, NULL, N_("Name all indicators and what each of them is") },
	{ "why", OPTION_TEXT, "NAME", N_("The records that this indicator is made of") },
	OPTION_REVEAL,
};

static int print_table(struct program *p, const struct opinia_kpi *k, size_t count,
		       struct err *err)
{
	const struct column columns[] = {
		{ "kpi", _("indicator"), COLUMN_TEXT, 0, false, false },
		{ "value", _("value [95 %]"), COLUMN_TEXT, 0, false, false },
		{ "n", "n", COLUMN_COUNT, 0, false, false },
		{ "change", _("change [95 %]"), COLUMN_TEXT, 0, false, false },
		{ "test", _("test"), COLUMN_TEXT, 0, false, true },
	};
	struct printer *printer;
	int rc = program_printer(p, columns, 5, &printer, err);

	for (size_t i = 0; !rc && i < count; i++) {
		const struct metric *m = k[i].metric;
		const struct metric_change *c = &k[i].change;
		const char *why = !k[i].now.known ? k[i].now.why : c->why;
		char *test = NULL;

		if (c->tested)
			test = arena_printf(&p->arena, SV_FMT " (%s)",
					    SV_ARG(p_text(p, c->p, &p->arena)),
					    _(c->test));
		rc = printer_row(
			printer,
			(struct cell[]){
				cell_text(sv_of(_(m->label))),
				cell_text(metric_text(p, m, &k[i].now, &p->arena)),
				cell_count(k[i].now.n),
				cell_text(change_text(p, m, c, &p->arena)),
				cell_text(sv_of(test  ? test
						: why ? _(why)
						      : "")),
			},
			err);
	}
	return printer_close(printer, rc ? NULL : err) && !rc ? ERR_SYSTEM : rc;
}

static int print_data(struct program *p, const struct opinia_kpi *k, size_t count,
		      struct err *err)
{
	static const struct column columns[] = {
		{ "kpi", NULL, COLUMN_TEXT, 0, false, false },
		{ "unit", NULL, COLUMN_TEXT, 0, false, false },
		{ "n", NULL, COLUMN_COUNT, 0, false, false },
		{ "value", NULL, COLUMN_METRIC, 0, false, false },
		{ "before", NULL, COLUMN_METRIC, 0, false, false },
		{ "change", NULL, COLUMN_METRIC, 0, false, false },
		{ "p", NULL, COLUMN_NUMBER, 0, false, false },
		{ "test", NULL, COLUMN_TEXT, 0, false, false },
		{ "why", NULL, COLUMN_TEXT, 0, false, false },
	};
	struct printer *printer;
	int rc = program_printer(p, columns, 9, &printer, err);

	for (size_t i = 0; !rc && i < count; i++) {
		const struct metric *m = k[i].metric;
		const struct metric_change *c = &k[i].change;
		const char *why = !k[i].now.known ? k[i].now.why : c->why;
		struct cell now = cell_metric(&k[i].now);

		now.text = sv_of(m->name); /* "csat":{…}, as in the rows of `stats` */
		rc = printer_row(
			printer,
			(struct cell[]){
				cell_text(sv_of(m->name)),
				cell_text(sv_of(opinia_metric_unit_name(m->unit))),
				cell_count(k[i].now.n),
				now,
				cell_metric(&k[i].before),
				cell_change(c),
				c->tested ? cell_number(c->p) : cell_none(),
				c->tested ? cell_text(sv_of(c->test)) : cell_none(),
				why ? cell_text(sv_of(why)) : cell_none(),
			},
			err);
	}
	return printer_close(printer, rc ? NULL : err) && !rc ? ERR_SYSTEM : rc;
}

static int list(struct program *p, struct err *err)
{
	const struct column columns[] = {
		{ "kpi", _("name"), COLUMN_TEXT, 0, false, false },
		{ "label", _("indicator"), COLUMN_TEXT, 0, false, false },
		{ "unit", _("unit"), COLUMN_TEXT, 0, false, false },
		{ "definition", _("definition"), COLUMN_TEXT, 0, false, true },
	};
	struct printer *printer;
	size_t n;
	const struct metric *const *all = opinia_metric_list(&n);
	int rc = program_printer(p, columns, 4, &printer, err);

	for (size_t i = 0; !rc && i < n; i++) {
		struct metric_text t = opinia_metric_explain(all[i]);

		rc = printer_row(
			printer,
			(struct cell[]){
				cell_text(sv_of(all[i]->name)),
				cell_text(sv_of(t.label)),
				cell_text(sv_of(opinia_metric_unit_name(all[i]->unit))),
				cell_text(sv_of(t.definition)),
			},
			err);
	}
	return printer_close(printer, rc ? NULL : err) && !rc ? ERR_SYSTEM : rc;
}

static int why(struct program *p, const struct options *o, const struct scope *s,
	       struct err *err)
{
	const struct metric *m[NUMBERS_METRICS_MAX];
	struct records_plan plan = { .limit = 0, .reveal = option_given(o, "reveal") };
	struct filter *f;
	size_t n;
	int rc = metrics_parse(sv_of(option_text(o, "why", NULL)), m, &n, err);

	if (!rc && n != 1)
		rc = err_set(err, ERR_USAGE, "--why takes one indicator");
	if (!rc)
		rc = metric_records(p, m[0], s, &f, err);
	if (rc)
		return rc;
	plan.filter = f;
	plan.what = s->text;
	scope_remark(s, p, false);
	return records_print(p, &plan, err);
}

static int kpi_run(struct program *p, const struct options *o, struct err *err)
{
	const struct metric *metrics[NUMBERS_METRICS_MAX];
	struct opinia_kpi k[NUMBERS_METRICS_MAX];
	struct sv names = setting_text(p->settings, "kpi", "rows");
	struct scope s;
	size_t n;
	int rc;

	if (option_given(o, "list"))
		return list(p, err);
	rc = scope_parse(&s, p, o, 0, setting_number(p->settings, "kpi", "period"), err);
	if (!rc && option_given(o, "why"))
		return why(p, o, &s, err);
	if (option_given(o, "metric"))
		names = sv_of(option_text(o, "metric", NULL));
	if (!rc)
		rc = metrics_parse(names, metrics, &n, err);
	if (!rc) {
		struct opinia_frame frame = frame_of(p, &s);

		rc = opinia_kpi_rows(&frame, metrics, n, &p->arena, k, err);
	}
	if (rc)
		return rc;
	scope_remark(&s, p, true);
	return p->format == PRINT_TABLE ? print_table(p, k, n, err)
					: print_data(p, k, n, err);
}

static unsigned kpi_opens(const struct options *o)
{
	return option_given(o, "list") ? OPENS_NOTHING : cmd_kpi.opens;
}

const struct subcommand cmd_kpi = {
	.name = "kpi",
	.args = "[FILTER]",
	.summary = N_("Print the indicators: value, interval, change and its test"),
	.opens = OPENS_ANALYZER | OPENS_STORE,
	.opens_with = kpi_opens,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = kpi_run,
	.examples = "  opinia kpi --last 90d\n"
		    "  opinia kpi channel:phone --metric csat,fcr,first_response_p90 "
		    "--format json\n"
		    "  opinia kpi --last 30d --why csat\n",
};
