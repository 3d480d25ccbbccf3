/* SPDX-License-Identifier: Apache-2.0 */
/* test_source_csv.c: the contract, kept by the adapter for tables. */
#include "tests/collector/contract.h"

static const struct sv good_file = SV_INIT(
	"id;data;csat;komentarz\n1;01.03.2026 10:00;5;\"dobrze; \"\"bardzo\"\"\"\n"
	"2;02.03.2026;1;zle\n;;2;bez id\n;;2;bez id\n");
static const struct sv spoiled_file = SV_INIT(
	"id;data;csat;komentarz\n1;01.03.2026 10:00;5;\"dobrze; \"\"bardzo\"\"\"\n"
	"7;01.03.2026;5;\"never closed\n2;02.03.2026;1;zle\n;;2;bez id\n;;2;bez id\n");
static const char spoiled_line[] = "7;01.03.2026;5;\"never closed\n";
#define SPOILED_LINE 3

ADAPTER_CONTRACT(csv)
