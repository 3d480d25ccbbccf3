/* SPDX-License-Identifier: Apache-2.0 */
/* printer.c: see printer.h. One vtable a format, picked when the printer is opened. */
#include "cli/printer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/printer_format.h"
#include "core/i18n.h"

int printer_open(struct printer **out, const struct printer_options *opt,
		 const struct column *columns, size_t column_count, struct err *err)
{
	static const struct print_driver *const drivers[] = {
		[PRINT_TABLE] = &print_table,
		[PRINT_JSON] = &print_json,
		[PRINT_CSV] = &print_csv,
	};
	struct printer *p = calloc(1, sizeof(*p));

	*out = p;
	if (!p)
		return err_set(err, ERR_SYSTEM, "out of memory");
	p->opt = *opt;
	p->columns = columns;
	p->column_count = column_count;
	p->driver = drivers[opt->format];
	arena_init(&p->arena, (size_t)1 << 30);
	p->driver->head(p);
	return 0;
}

int printer_row(struct printer *p, const struct cell *cells, struct err *err)
{
	p->rows++;
	return p->driver->row(p, cells) ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

int printer_close(struct printer *p, struct err *err)
{
	int rc = 0;

	if (!p)
		return 0;
	p->driver->foot(p);
	if (fflush(p->opt.out) || ferror(p->opt.out))
		rc = err_set(err, ERR_SYSTEM, "the output could not be written");
	arena_release(&p->arena);
	free(p);
	return rc;
}

struct cell cell_text(struct sv s)
{
	return (struct cell){ .known = s.p != NULL, .text = s };
}

struct cell cell_count(uint64_t n)
{
	return (struct cell){ .known = true, .n = n };
}

struct cell cell_number(double v)
{
	return (struct cell){ .known = true, .value = v };
}

struct cell cell_none(void)
{
	return (struct cell){ .known = false };
}

void number_format(enum ui_lang lang, double v, int decimals, char out[40])
{
	double half = 0.5 * pow(10, -decimals);
	char *dot;

	if (v < 0 && v > -half)
		v = 0;
	snprintf(out, 40, "%s%.*f", v < 0 ? "−" : "", decimals, fabs(v));
	dot = strchr(out, '.');
	if (dot && lang != UI_EN)
		*dot = ',';
}

void duration_format(double ms, char out[40])
{
	const char *sign = ms < 0 ? "-" : "";
	long s = lround(fabs(ms) / 1000);

	if (s < 60)
		snprintf(out, 40, _("%s%ld s"), sign, s);
	else if (s < 3600)
		snprintf(out, 40, _("%s%ld min"), sign, lround((double)s / 60));
	else if (s < 2 * 86400)
		snprintf(out, 40, _("%s%ld h %02ld min"), sign, s / 3600, s % 3600 / 60);
	else
		snprintf(out, 40, _("%s%ld d %ld h"), sign, s / 86400, s % 86400 / 3600);
}
