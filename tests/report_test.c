/* Log writers, character by character, and numbers as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <float.h>
#include <locale.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/report.h"

static const struct ivq_precision log_rule = {.rule = IVQ_PRECISION_LOG};
static const struct ivq_precision exact = {.rule = IVQ_PRECISION_EXACT};

static const char *printed(double value, struct ivq_precision precision)
{
    static char text[IVQ_NUMBER_SIZE];

    ivq_number_format(text, value, precision);
    return text;
}

static struct ivq_precision fixed(int digits)
{
    return (struct ivq_precision){.rule = IVQ_PRECISION_FIXED, .digits = digits};
}

static void numbers_by_the_log_rule(void **state)
{
    (void)state;
    assert_string_equal(printed(0.96208391490299072, log_rule), "0.962084");
    assert_string_equal(printed(0, log_rule), "0.000000");
    assert_string_equal(printed(100, log_rule), "100.000000");
    assert_string_equal(printed(0.0000005, log_rule), "0.0000005000000000");
    assert_string_equal(printed(5.0000001, log_rule), "5.0000001000000003");
    assert_string_equal(printed(-0.0000005, log_rule), "-0.0000005000000000");
    assert_string_equal(printed(0.000001, log_rule), "0.000001");
    assert_string_equal(printed(2147483648.0000005, log_rule), "2147483648.000000");
    assert_string_equal(printed(DBL_TRUE_MIN, log_rule), "0.0000000000000000");
    assert_string_equal(printed(INFINITY, log_rule), "inf");
    assert_string_equal(printed(-INFINITY, log_rule), "-inf");
    assert_string_equal(printed((double)NAN, log_rule), "nan");
    assert_string_equal(printed(-(double)NAN, exact), "-nan");
}

static void numbers_with_a_precision(void **state)
{
    (void)state;
    assert_string_equal(printed(0.5, fixed(0)), "0");
    assert_string_equal(printed(83.856284000421454, fixed(3)), "83.856");
    assert_string_equal(printed(-DBL_MAX, fixed(30)) + 309, "8.000000000000000000000000000000");
    assert_string_equal(printed(0.1, exact), "0.1");
    assert_string_equal(printed(1, exact), "1");
    assert_string_equal(printed(0.96208391490299072, exact), "0.9620839149029907");
    assert_string_equal(printed(4.5794420490866665, exact), "4.5794420490866665");
    assert_string_equal(printed(1e22, exact), "1e+22");
}

static void exact_numbers_read_back(void **state)
{
    uint64_t bits = 12345;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        double value, back;
        bits = bits * 6364136223846793005u + 1442695040888963407u;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        assert_true(ivq_number_parse(printed(value, exact), &back));
        assert_memory_equal(&value, &back, sizeof value);
    }
}

static void parsed_numbers(void **state)
{
    static const char *const refused[] = {"",    " 1", "1 ", "1x",  "0x10", "inf", "nan",   "1e",
                                          "1e+", ".",  "-",  "+-1", "1..2", "1,5", "1e999", "e5"};
    double value = 7;
    float single;

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_false(ivq_number_parse(refused[i], &value));
    assert_true(value == 7);
    assert_true(ivq_number_parse("-1.25e-1", &value) && value == -0.125);
    assert_true(ivq_number_parse(".5", &value) && value == 0.5);
    assert_true(ivq_number_parse("5.", &value) && value == 5);
    assert_true(ivq_number_parse("+3E2", &value) && value == 300);
    assert_true(ivq_number_parse_float("0.06", &single) && single == 0.06f);
    assert_false(ivq_number_parse_float("1e39", &single));
}

static void parsed_integers(void **state)
{
    struct ivq_precision precision;
    int64_t value;
    uint64_t positive;

    (void)state;
    assert_true(ivq_number_parse_int("-12", -12, 5, &value) && value == -12);
    assert_false(ivq_number_parse_int("6", -12, 5, &value));
    assert_false(ivq_number_parse_int("1e3", 0, 5000, &value));
    assert_false(ivq_number_parse_int("9223372036854775808", INT64_MIN, INT64_MAX, &value));
    assert_false(ivq_number_parse_int("", 0, 5, &value));
    assert_true(ivq_number_parse_unsigned("0x1f", 31, &positive) && positive == 31);
    assert_true(ivq_number_parse_unsigned("010", 31, &positive) && positive == 8);
    assert_false(ivq_number_parse_unsigned("09", 31, &positive));
    assert_false(ivq_number_parse_unsigned("-1", UINT64_MAX, &positive));
    assert_false(ivq_number_parse_unsigned("32", 31, &positive));
    assert_true(ivq_precision_parse("max", &precision) && precision.rule == IVQ_PRECISION_EXACT);
    assert_true(ivq_precision_parse("12", &precision) && precision.digits == 12);
    assert_true(ivq_precision_parse("legacy", &precision) && precision.rule == IVQ_PRECISION_LOG);
    assert_false(ivq_precision_parse("31", &precision));
    assert_false(ivq_precision_parse("-1", &precision));
}

static void a_locale_with_a_comma_changes_nothing(void **state)
{
    static const char *const locales[] = {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "fa_IR.UTF-8"};
    const char *set = NULL;
    double value;

    (void)state;
    for (size_t i = 0; i < sizeof locales / sizeof locales[0] && !set; i++)
        set = setlocale(LC_ALL, locales[i]);
    if (!set)
        skip();
    assert_string_equal(printed(2.5, log_rule), "2.500000");
    assert_string_equal(printed(2.5, exact), "2.5");
    assert_true(ivq_number_parse("2.5", &value) && value == 2.5);
    assert_false(ivq_number_parse("2,5", &value));
    setlocale(LC_ALL, "C");
}

/* Three frames; the middle one is hidden, the last lacks its second series, whose name needs every escape. */
static const struct ivq_report_series series[] = {
    {.name = "integer_adm2", .pooled = {true, 0.25, 0.96208391490299072, 0.5, 0.4}},
    {.name = "a\"<&,|b"},
};
static const double values[] = {0.96208391490299072, 83.856284000421454, 0, 0, 0.25, 0};
static const bool present[] = {true, true, false, false, true, false};
static const struct ivq_report_aggregate aggregates[] = {{"apsnr_y", 109}, {"apsnr_cb", (double)-INFINITY}};
static const struct ivq_report_device devices[] = {{.id = "cpu:v4", .name = "A \"CPU\"", .driver = "1.0"}};

static bool score_of(const void *user, int frame, size_t i, double *value)
{
    const bool *there = user;
    *value = values[(size_t)frame * 2 + i];
    return there[(size_t)frame * 2 + i];
}

static struct ivq_report make_report(void)
{
    return (struct ivq_report){
        .version = "f85a8536",
        .width = 576,
        .height = 324,
        .fps = 271.688,
        .series = series,
        .series_count = 2,
        .frame_count = 3,
        .score = score_of,
        .user = present,
        .aggregates = aggregates,
        .aggregate_count = 2,
    };
}

static void assert_log(const struct ivq_report *report, const char *format_name,
                       struct ivq_report_style style, const char *expected)
{
    const struct ivq_report_format *format = ivq_report_format_find(format_name);
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);

    assert_non_null(format);
    struct ivq_file output = ivq_file_around(file, "memory");
    assert_int_equal(ivq_report_write(report, format, &style, &output, NULL), IVQ_OK);
    fclose(file);
    assert_string_equal(text, expected);
    free(text);
}

static void xml(void **state)
{
    const struct ivq_report report = make_report();

    (void)state;
    assert_log(
        &report, "xml", (struct ivq_report_style){0},
        "<VMAF version=\"f85a8536\">\n"
        "  <params qualityWidth=\"576\" qualityHeight=\"324\" />\n"
        "  <fyi fps=\"271.69\" />\n"
        "  <frames>\n"
        "    <frame frameNum=\"0\" integer_adm2=\"0.962084\" a_x22__x3C__x26__x2C__x7C_b=\"83.856284\" />\n"
        "    <frame frameNum=\"2\" integer_adm2=\"0.250000\" />\n"
        "  </frames>\n"
        "  <pooled_metrics>\n"
        "    <metric name=\"integer_adm2\" min=\"0.250000\" max=\"0.962084\" mean=\"0.500000\" "
        "harmonic_mean=\"0.400000\" />\n"
        "    <metric name=\"a&quot;&lt;&amp;,|b\" />\n"
        "  </pooled_metrics>\n"
        "  <aggregate_metrics apsnr_y=\"109.000000\" apsnr_cb=\"-inf\" />\n"
        "</VMAF>\n");
}

static void xml_with_devices_and_nothing_else(void **state)
{
    const struct ivq_report report = {.version = "1\t\x01\xff",
                                      .arithmetic = "exact",
                                      .devices = devices,
                                      .device_count = 1,
                                      .fps = (double)NAN};

    (void)state;
    assert_log(&report, "xml", (struct ivq_report_style){0},
               "<VMAF version=\"1&#9;\xef\xbf\xbd\xef\xbf\xbd\">\n"
               "  <params qualityWidth=\"0\" qualityHeight=\"0\" />\n"
               "  <fyi fps=\"nan\" />\n"
               "  <frames>\n"
               "  </frames>\n"
               "  <pooled_metrics>\n"
               "  </pooled_metrics>\n"
               "  <aggregate_metrics />\n"
               "  <isovq version=\"1&#9;\xef\xbf\xbd\xef\xbf\xbd\" schema=\"1\" arithmetic=\"exact\" >\n"
               "    <device id=\"cpu:v4\" name=\"A &quot;CPU&quot;\" driver=\"1.0\" />\n"
               "  </isovq>\n"
               "</VMAF>\n");
}

static void json(void **state)
{
    struct ivq_report report = make_report();

    (void)state;
    report.arithmetic = "exact";
    report.devices = devices;
    report.device_count = 1;
    assert_log(&report, "json", (struct ivq_report_style){0},
               "{\n"
               "  \"version\": \"f85a8536\",\n"
               "  \"isovq\": {\n"
               "    \"version\": \"f85a8536\",\n"
               "    \"schema\": 1,\n"
               "    \"arithmetic\": \"exact\",\n"
               "    \"devices\": [\n"
               "      {\n"
               "        \"id\": \"cpu:v4\",\n"
               "        \"name\": \"A \\\"CPU\\\"\",\n"
               "        \"driver\": \"1.0\",\n"
               "        \"uuid\": null,\n"
               "        \"kernel_fingerprint\": null\n"
               "      }\n"
               "    ]\n"
               "  },\n"
               "  \"fps\": 271.69,\n"
               "  \"frames\": [\n"
               "    {\n"
               "      \"frameNum\": 0,\n"
               "      \"metrics\": {\n"
               "        \"integer_adm2\": 0.962084,\n"
               "        \"a\\\"<&,|b\": 83.856284\n"
               "      }\n"
               "    },\n"
               "    {\n"
               "      \"frameNum\": 2,\n"
               "      \"metrics\": {\n"
               "        \"integer_adm2\": 0.250000\n"
               "      }\n"
               "    }\n"
               "  ],\n"
               "  \"pooled_metrics\": {\n"
               "    \"integer_adm2\": {\n"
               "      \"min\": 0.250000,\n"
               "      \"max\": 0.962084,\n"
               "      \"mean\": 0.500000,\n"
               "      \"harmonic_mean\": 0.400000\n"
               "    },\n"
               "    \"a\\\"<&,|b\": {\n"
               "    }\n"
               "  },\n"
               "  \"aggregate_metrics\": {\n"
               "    \"apsnr_y\": 109.000000,\n"
               "    \"apsnr_cb\": null\n"
               "  }\n"
               "}\n");
}

static void json_without_frames(void **state)
{
    const struct ivq_report report = {.version = "1\n\xc3\xa9\xc0\x80\xed\xa0\x80", .fps = INFINITY};

    (void)state;
    assert_log(
        &report, "json", (struct ivq_report_style){0},
        "{\n"
        "  \"version\": \"1\\u000a\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\",\n"
        "  \"fps\": null,\n"
        "  \"frames\": [\n"
        "  ],\n"
        "  \"pooled_metrics\": {\n"
        "  },\n"
        "  \"aggregate_metrics\": {\n"
        "  }\n"
        "}\n");
}

/* Subsampling may hide frame 0: no comma may stand before the first element that is printed. */
static void json_whose_first_frame_is_hidden(void **state)
{
    static const bool only_last[] = {false, false, false, false, true, false};
    struct ivq_report report = make_report();
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    struct ivq_file output = ivq_file_around(file, "memory");

    (void)state;
    report.user = only_last;
    assert_int_equal(ivq_report_write(&report, ivq_report_format_find("json"), &(struct ivq_report_style){0},
                                      &output, NULL),
                     IVQ_OK);
    fclose(file);
    assert_non_null(strstr(text, "\"frames\": [\n    {\n      \"frameNum\": 2,"));
    free(text);
}

static void csv(void **state)
{
    const struct ivq_report report = make_report();

    (void)state;
    assert_log(&report, "csv", (struct ivq_report_style){0},
               "Frame,integer_adm2,\"a\"\"<&,|b\"\n0,0.962084,83.856284\n2,0.250000,\n");
    assert_log(&report, "csv", (struct ivq_report_style){.trailing_comma = true, .precision = exact},
               "Frame,integer_adm2,\"a\"\"<&,|b\",\n0,0.9620839149029907,83.85628400042145,\n2,0.25,,\n");
}

static void sub(void **state)
{
    const struct ivq_report report = make_report();

    (void)state;
    assert_log(&report, "sub", (struct ivq_report_style){.precision = {IVQ_PRECISION_FIXED, 2}},
               "{0}{1}frame: 0|integer_adm2: 0.96|a\"<&,_b: 83.86|\n{2}{3}frame: 2|integer_adm2: 0.25|\n");
}

static void logs_that_cannot_be_written(void **state)
{
    const struct ivq_report report = make_report();
    const struct ivq_report_style style = {0};
    struct ivq_error error = {0};
    struct ivq_file output;
    int ends[2];
    FILE *file;

    (void)state;
    assert_int_equal(ivq_file_open(&output, "/nowhere/log", IVQ_FILE_WHOLE, &error), IVQ_OUTPUT);
    assert_non_null(strstr(error.text, "/nowhere/log cannot be opened for writing: No such file"));
    for (const struct ivq_report_format *format = ivq_report_formats; format->name; format++) {
        assert_int_equal(ivq_file_open(&output, "/dev/full", IVQ_FILE_WHOLE, &error), IVQ_OK);
        assert_int_equal(ivq_report_write(&report, format, &style, &output, &error), IVQ_OUTPUT);
        assert_non_null(strstr(error.text, "No space left"));
        assert_int_equal(ivq_file_close(&output, NULL), IVQ_OUTPUT);
    }
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    file = fdopen(ends[1], "w");
    output = ivq_file_around(file, "pipe");
    assert_int_equal(ivq_report_write(&report, &ivq_report_formats[0], &style, &output, &error), IVQ_OUTPUT);
    assert_non_null(strstr(error.text, "Broken pipe"));
    fclose(file);
}

static void formats_have_names(void **state)
{
    (void)state;
    assert_string_equal(ivq_report_format_find("sub")->name, "sub");
    assert_null(ivq_report_format_find("yaml"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_by_the_log_rule),
        cmocka_unit_test(numbers_with_a_precision),
        cmocka_unit_test(exact_numbers_read_back),
        cmocka_unit_test(parsed_numbers),
        cmocka_unit_test(parsed_integers),
        cmocka_unit_test(a_locale_with_a_comma_changes_nothing),
        cmocka_unit_test(xml),
        cmocka_unit_test(xml_with_devices_and_nothing_else),
        cmocka_unit_test(json),
        cmocka_unit_test(json_without_frames),
        cmocka_unit_test(json_whose_first_frame_is_hidden),
        cmocka_unit_test(csv),
        cmocka_unit_test(sub),
        cmocka_unit_test(logs_that_cannot_be_written),
        cmocka_unit_test(formats_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
