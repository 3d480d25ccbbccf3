/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gen_comments.c: the data of the benchmarks: any number of invented survey answers in Romanian,
 * Polish and English over two years, the same bytes on every machine.
 *
 *	gen_comments --rows N --mean BYTES --root REPOSITORY [--csv FILE] [--jsonl FILE]
 *	             [--text FILE] [--forms FILE]
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/gen_text.h"
#include "core/when.h"

enum { AGENTS = 60, TEAMS = 6, START_DAY_2024 = 19723, DAYS = 730 };

struct outputs {
	FILE *csv, *jsonl, *text;
};

struct answer {
	uint32_t number, customer; /* customer 0: not known */
	char at[WHEN_TEXT_MAX];
	const char *channel, *product, *device;
	uint32_t agent;
	int csat, nps; /* -1: not answered */
	struct sv comment;
};

static FILE *open_output(const char *path)
{
	FILE *f = path ? fopen(path, "wb") : NULL;

	if (path && !f)
		die("%s cannot be written", path);
	if (f)
		setvbuf(f, NULL, _IOFBF, 1 << 20);
	return f;
}

static void put_quoted(FILE *f, struct sv s, const char *quote)
{
	fputc('"', f);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			fputs(quote, f);
		else if (s.p[i] == '\\' && quote[0] == '\\')
			fputs("\\\\", f);
		else
			fputc(s.p[i], f);
	}
	fputc('"', f);
}

static void put_csv(FILE *f, const struct answer *a)
{
	fprintf(f, "R%08u,%s,%s,", a->number, a->at, a->channel);
	if (a->customer)
		fprintf(f, "client%06u@example.ro", a->customer);
	fprintf(f, ",Agent %02u,Team %u,%d,", a->agent, a->agent % TEAMS, a->csat);
	if (a->nps >= 0)
		fprintf(f, "%d", a->nps);
	fprintf(f, ",%s,%s,", a->product, a->device);
	put_quoted(f, a->comment, "\"\"");
	fputc('\n', f);
}

static void put_jsonl(FILE *f, const struct answer *a)
{
	fprintf(f, "{\"id\":\"R%08u\",\"answered_at\":\"%s\",\"channel\":\"%s\"",
		a->number, a->at, a->channel);
	if (a->customer)
		fprintf(f, ",\"customer\":\"client%06u@example.ro\"", a->customer);
	fprintf(f,
		",\"agent\":\"Agent %02u\",\"team\":\"Team %u\",\"scores\":{\"csat\":%d",
		a->agent, a->agent % TEAMS, a->csat);
	if (a->nps >= 0)
		fprintf(f, ",\"nps\":%d", a->nps);
	fprintf(f, "},\"attributes\":{\"product\":\"%s\",\"device\":\"%s\"},\"comment\":",
		a->product, a->device);
	put_quoted(f, a->comment, "\\\"");
	fputs("}\n", f);
}

static const char *pick(struct random *r, const char *const *names,
			const uint32_t *shares)
{
	uint32_t n = random_below(r, 100), i = 0;

	while (n >= shares[i])
		n -= shares[i++];
	return names[i];
}

static void fill_head(struct answer *a, uint32_t i, uint32_t rows, struct random *r)
{
	static const char *const channels[] = { "chat", "email", "phone", "web" };
	static const char *const products[] = { "Luna", "Aria", "Nora", "Vento" };
	static const char *const devices[] = { "mobile", "desktop" };
	int64_t span = (int64_t)DAYS * MS_DAY, step = span / rows;
	uint32_t people = rows / 8 + 1;

	*a = (struct answer){ .number = i + 1, .nps = -1 };
	when_format((START_DAY_2024 * (int64_t)MS_DAY + span * i / rows +
		     (int64_t)(random_unit(r) * (double)step)) /
			    MS_SECOND * MS_SECOND,
		    a->at);
	a->channel = pick(r, channels, (const uint32_t[]){ 40, 30, 20, 10 });
	a->product = pick(r, products, (const uint32_t[]){ 50, 25, 15, 10 });
	a->device = pick(r, devices, (const uint32_t[]){ 70, 30 });
	a->agent = random_below(r, AGENTS);
	a->csat = 1 + (int)random_below(r, 5);
	if (random_percent(r, 60))
		a->nps = (int)random_below(r, 11);
	if (!random_percent(r, 33.3)) /* some people come often */
		a->customer = 1 + random_below(r, 1 + random_below(r, people));
}

static void put_forms(const char *path, const struct vocabulary *v)
{
	FILE *f = open_output(path);

	if (!f)
		return;
	for (int l = 0; l < GEN_LANGS; l++)
		for (uint32_t i = 0; i < v[l].form_count; i++)
			fprintf(f, "%s\t" SV_FMT "\t%llu\n", v[l].code,
				SV_ARG(v[l].forms[i].text),
				(unsigned long long)v[l].forms[i].count);
	if (fclose(f))
		die("%s cannot be written", path);
}

static void write_all(struct outputs *to, struct vocabulary *v, uint32_t rows,
		      uint32_t mean)
{
	struct random heads = { 11 }, texts = { 7 };
	struct buf comment;

	buf_init(&comment, 0);
	if (to->csv)
		fputs("id,answered_at,channel,customer,agent,team,csat,nps,product,"
		      "device,comment\n",
		      to->csv);
	for (uint32_t i = 0; i < rows; i++) {
		uint32_t lang = random_below(&texts, 100);
		struct answer a;

		buf_clear(&comment);
		gen_text(&v[lang < 45 ? 0 : lang < 85 ? 1 : 2], &texts, mean, &comment);
		fill_head(&a, i, rows, &heads);
		a.comment = buf_sv(&comment);
		if (to->csv)
			put_csv(to->csv, &a);
		if (to->jsonl)
			put_jsonl(to->jsonl, &a);
		if (to->text)
			fprintf(to->text, SV_FMT "\n", SV_ARG(a.comment));
	}
	buf_release(&comment);
}

int main(int argc, char **argv)
{
	const char *root = argument(argc, argv, "root", ".");
	struct outputs to = {
		.csv = open_output(argument(argc, argv, "csv", NULL)),
		.jsonl = open_output(argument(argc, argv, "jsonl", NULL)),
		.text = open_output(argument(argc, argv, "text", NULL)),
	};
	struct vocabulary v[GEN_LANGS];

	for (int l = 0; l < GEN_LANGS; l++)
		vocabulary_make(&v[l], root, gen_languages[l], 40 + (uint64_t)l);
	write_all(&to, v, (uint32_t)argument_number(argc, argv, "rows", 200000),
		  (uint32_t)argument_number(argc, argv, "mean", 126));
	put_forms(argument(argc, argv, "forms", NULL), v);
	if ((to.csv && fclose(to.csv)) || (to.jsonl && fclose(to.jsonl)) ||
	    (to.text && fclose(to.text)))
		die("the disk is full");
	return 0;
}
