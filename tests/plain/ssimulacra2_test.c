/* ssimulacra2.md sections 2.1, 3.1, 5 and 12.1, and the reference's order of sums. */
#include "plain_check.h"
#include "ssimulacra2.h"

static uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof(bits));
    return bits;
}

static void test_table(void **state)
{
    static const struct {
        int i;
        uint32_t bits;
    } known[] = {{0, 0},
                 {1, 0x389eab3c},
                 {41, 0x3b4b4b65},
                 {42, 0x3b5051c6},
                 {511, 0x3e5ab715},
                 {1022, 0x3f7f6e5c},
                 {1023, 0x3f800000}};
    const float *table = plain_ssimulacra2_table();
    uint32_t sum = 0;
    (void)state;
    for (int i = 0; i < LENGTH(known); i++)
        assert_int_equal(bits_of(table[known[i].i]), known[i].bits);
    for (int i = 0; i < 1024; i++)
        sum += bits_of(table[i]);
    assert_int_equal(sum, 0xcffde8c5);
}

static void test_linear(void **state)
{
    static const float known[][2] = {
        {-1.0F, 0.0F},
        {0x1.0624dep-10F, 0x1.44a2f4p-14F},
        {0x1.47ae14p-6F, 0x1.95cbbp-10F},
        {0x1.4b5dccp-5F, 0x1.9a6956p-9F},
        {0x1p-2F, 0x1.a0c73cp-5F},
        {0x1p-1F, 0x1.b65b58p-3F},
        {0x1.8p-1F, 0x1.0b87fap-1F},
        {0x1.fffffep-1F, 0x1.fffffcp-1F},
        {1.5F, 1.0F},
    };
    (void)state;
    for (int i = 0; i < LENGTH(known); i++)
        assert_true(plain_ssimulacra2_linear(known[i][0]) == known[i][1]);
}

static void test_cube_root(void **state)
{
    static const float known[][2] = {
        {-1.0F, 0.0F},
        {0x1.f12a6cp-9F, 0x1.3f64f6p-3F},
        {0x1.47ae14p-7F, 0x1.b93a6ep-3F},
        {0x1p-3F, 0x1.000002p-1F},
        {0x1p-1F, 0x1.965ffep-1F},
        {0x1.8p-1F, 0x1.d12edp-1F},
        {1.0F, 0x1.000002p+0F},
        {0x1.00f894p+0F, 0x1.0052c4p+0F},
    };
    (void)state;
    for (int i = 0; i < LENGTH(known); i++)
        assert_true(plain_ssimulacra2_cube_root(known[i][0]) == known[i][1]);
}

static void test_blur_line(void **state)
{
    static const float impulse[12] = {0x1.0ef8d6p-2F,  0x1.b413ecp-3F, 0x1.bfd682p-4F, 0x1.2700f8p-5F,
                                      0x1.347e62p-7F,  0x1.1p-23F,     0x1.18p-23F,    0x1.049778p-23F,
                                      0x1.af5984p-24F, 0x1.2b4aep-24F, 0x1.13e08p-25F, -0x1.2757ep-27F};
    static const float ramp[12] = {0x1.ef73d4p-5F, 0x1.a4d4ccp-4F, 0x1.342ap-3F,   0x1.99999ep-3F,
                                   0x1.000002p-2F, 0x1.333338p-2F, 0x1.66666ap-2F, 0x1.99999ep-2F,
                                   0x1.c688acp-2F, 0x1.e1486ap-2F, 0x1.c9622ap-2F, 0x1.66ef3cp-2F};
    float in[2][12] = {{1.0F}}, out[2][12], stepped[12 * 3] = {0}, stepped_out[12 * 3] = {0};
    (void)state;
    for (int i = 0; i < 12; i++)
        stepped[3 * i] = in[1][i] = 0.05F * (float)(i + 1);
    for (int k = 0; k < 2; k++)
        plain_ssimulacra2_blur_line(in[k], out[k], 12, 1);
    plain_ssimulacra2_blur_line(stepped, stepped_out, 12, 3);
    assert_memory_equal(out[0], impulse, sizeof(impulse));
    assert_memory_equal(out[1], ramp, sizeof(ramp));
    for (int i = 0; i < 12; i++)
        assert_true(stepped_out[3 * i] == ramp[i]);
}

/* Section 12.1: src01_8, frame 0, as printed with 9 digits. */
static const struct {
    int x, y, plane;
    float x1, x2, m1, m2, s11, s22, s12;
} known_samples[] = {
    {0, 0, 0, 0.381879538F, 0.391564339F, 0.154756874F, 0.157100216F, 0.0599289499F, 0.061734762F,
     0.0608188771F},
    {0, 0, 1, 0.308294445F, 0.341708571F, 0.170840651F, 0.173316672F, 0.0770990998F, 0.0788360983F,
     0.0778657943F},
    {0, 0, 2, 0.446622789F, 0.455043495F, 0.176654816F, 0.181233972F, 0.0780756101F, 0.0821739286F,
     0.080095619F},
    {288, 162, 0, 0.38169387F, 0.391776294F, 0.387488961F, 0.393063307F, 0.150226519F, 0.154532403F,
     0.152353168F},
    {288, 162, 1, 0.195972353F, 0.195395648F, 0.184454411F, 0.185559168F, 0.0347045697F, 0.0349777378F,
     0.0347232036F},
    {288, 162, 2, 0.512002528F, 0.51520896F, 0.51784122F, 0.515856564F, 0.268244952F, 0.266114324F,
     0.267152011F},
};
static const struct {
    int x, y;
    float rgb[3];
} known_rgb[] = {{0, 0, {0.0630428791F, 0.111201465F, 0.00233138585F}},
                 {288, 162, {0.0180945899F, 0.0455147438F, 0.0191319101F}}};

static void check_samples(const struct plain_image x1[3], const struct plain_image x2[3])
{
    for (int i = 0; i < LENGTH(known_samples); i++) {
        const struct plain_image *one = &x1[known_samples[i].plane], *two = &x2[known_samples[i].plane];
        struct plain_ssimulacra2_blurred b = plain_ssimulacra2_blur(one, two);
        int at = known_samples[i].y * one->width + known_samples[i].x;
        assert_true(one->samples[at] == known_samples[i].x1);
        assert_true(two->samples[at] == known_samples[i].x2);
        assert_true(b.m1.samples[at] == known_samples[i].m1);
        assert_true(b.m2.samples[at] == known_samples[i].m2);
        assert_true(b.s11.samples[at] == known_samples[i].s11);
        assert_true(b.s22.samples[at] == known_samples[i].s22);
        assert_true(b.s12.samples[at] == known_samples[i].s12);
        plain_ssimulacra2_blurred_free(&b);
    }
}

static void test_samples(void **state)
{
    struct plain_image ref[3], dis[3], x1[3], x2[3];
    struct clip clip;
    (void)state;
    if (!plain_check_load(&clip, "src01_8"))
        skip();
    plain_ssimulacra2_rgb(clip.frames[0].ref, 8, 0, ref);
    plain_ssimulacra2_rgb(clip.frames[0].dis, 8, 0, dis);
    for (int i = 0; i < LENGTH(known_rgb); i++)
        for (int c = 0; c < 3; c++)
            assert_true(ref[c].samples[known_rgb[i].y * ref[c].width + known_rgb[i].x] ==
                        known_rgb[i].rgb[c]);
    plain_ssimulacra2_xyb(ref, x1);
    plain_ssimulacra2_xyb(dis, x2);
    check_samples(x1, x2);
    struct plain_image *images[] = {ref, dis, x1, x2};
    for (int i = 0; i < 12; i++)
        plain_image_free(&images[i / 3][i % 3]);
    clip_free(&clip);
}

/* clang-format off */
/* Section 12.1: src01_8, frame 0: ssim, ringing and blurring by plane, scale and norm. */
static const double known_norms[PLAIN_SSIMULACRA2_NORMS] = {
    0.032944079395763513, 0.00052391873039226962, 0.0021573582272546173,
    0.064531641036570608, 0.0035697693184745831, 0.0059626068993136605,
    0.03873530481517487, 0.00085266305190539191, 0.0026623423479354056,
    0.060772194120672071, 0.0049082079880965806, 0.0074181933778774091,
    0.022631817511439976, 0.0010996999520171814, 0.002064731755254959,
    0.033026764836371909, 0.0043857251642084299, 0.0057810345775277097,
    0.0092151703800172225, 0.0010864793982346451, 0.0013701360814717747,
    0.014222214334978091, 0.0033521767286852932, 0.003793311200878521,
    0.0026344536710032349, 0.00085015106564868045, 0.00084817911308329187,
    0.0051073503837572717, 0.0023775341795756796, 0.0026068040186949873,
    0.00057385082606417929, 0.00061849333349070815, 0.00067886690443981902,
    0.001744232336710183, 0.0020599291166775312, 0.001888657008047573,
    0.074439810303652806, 0.0029365205997809963, 0.007989752672627283,
    0.1432807987963208, 0.012977372213874948, 0.01903130636099376,
    0.032367681244720919, 0.0026159327076008768, 0.0056415020430010945,
    0.069737880489147752, 0.0098301661326298286, 0.013455852465865038,
    0.009536004089679747, 0.0018800471551641265, 0.003152822629230596,
    0.022876128035169092, 0.0062593001454942874, 0.0077834002774950159,
    0.0022349815036974254, 0.0012160612638703904, 0.0017690612846692874,
    0.0049030159962008737, 0.003742520016587347, 0.0045973250257250291,
    0.00056282884844493749, 0.0006472005020774546, 0.001157288616589191,
    0.0014452735089335849, 0.0020909439969403602, 0.0038879217699803858,
    0.00023075449715029202, 0.00023682039010643942, 0.001069019302310819,
    0.00072792364083987932, 0.00087599497627389739, 0.0041559078071823422,
    0.034213393762304228, 0.00076952445764032977, 0.002536777582206566,
    0.057069629796561425, 0.0038381202989419918, 0.0064838650548613474,
    0.035913501222449025, 0.0011441161322506067, 0.0030286898731432511,
    0.050357023882089083, 0.005114105669153342, 0.0077990555417829024,
    0.018907743769857894, 0.0012302991987676508, 0.0023029168178306321,
    0.026662700875682937, 0.0045331841943656121, 0.0058866879658731998,
    0.0076082346422569639, 0.0010571498150903629, 0.0015693301535275137,
    0.011869403179483977, 0.0032621640573994872, 0.0041323569679185433,
    0.002088847141203885, 0.00081719910024658535, 0.00088186344265701498,
    0.0039941021688890323, 0.0024057727894752166, 0.0025730211089337218,
    0.00056076532527149503, 0.00073383670533792964, 0.00060521223070945018,
    0.0017134675963220861, 0.002224038067513502, 0.001997929348032747,
};
/* clang-format on */

static void test_norms(void **state)
{
    double norms[PLAIN_SSIMULACRA2_NORMS];
    struct clip clip;
    (void)state;
    if (!plain_check_load(&clip, "src01_8"))
        skip();
    plain_ssimulacra2_norms(&clip.frames[0], 0, PLAIN_RASTER, norms);
    for (int i = 0; i < LENGTH(known_norms); i++)
        if (norms[i] != known_norms[i])
            fail_msg("norm %d is %.17g, not %.17g", i, norms[i], known_norms[i]);
    assert_true(plain_ssimulacra2_pooled(norms) == 49.95500944721779);
    clip_free(&clip);
}

/* With the sums in the reference's order the known figures have equal bits: their order is all that differs.
 */
static void test_reference_order(void **state)
{
    extern const struct plain_figure plain_ssimulacra2_figures[];
    int equal = 0;
    (void)state;
    for (const struct plain_figure *row = plain_ssimulacra2_figures; row->clip; row++) {
        double norms[PLAIN_SSIMULACRA2_NORMS];
        struct clip clip;
        if (!plain_check_load(&clip, row->clip))
            continue;
        int matrix = row->options[0] ? row->options[strlen(row->options) - 1] - '0' : 0;
        plain_ssimulacra2_norms(&clip.frames[row->frame], matrix, PLAIN_RASTER, norms);
        double score = plain_ssimulacra2_pooled(norms);
        if (score != row->value)
            fail_msg("%s, frame %d: %.17g, not %.17g", row->clip, row->frame, score, row->value);
        equal++;
        clip_free(&clip);
    }
    print_message("%d figures with equal bits in raster order\n", equal);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_table),           cmocka_unit_test(test_linear),  cmocka_unit_test(test_cube_root),
    cmocka_unit_test(test_blur_line),       cmocka_unit_test(test_samples), cmocka_unit_test(test_norms),
    cmocka_unit_test(test_reference_order),
};
const struct plain_checks plain_ssimulacra2_checks = {"ssimulacra2", tests, LENGTH(tests)};
