namespace IrrigationWatch.Gdal;

/// <summary>Tells whether bytes are Chinese, simplified (GBK) or traditional (Big5).</summary>
internal static class ChineseText
{
    /// <summary>Fewest characters from which anything can be told.</summary>
    private const int FewestCharacters = 2;

    /// <summary>Least share of characters in daily use.</summary>
    private const double LeastUsual = 0.7;

    /// <summary>Share of the commonest characters from which on texts are Chinese; of characters by chance it is a tenth to a sixth.</summary>
    private const double ManyCommon = 0.5;

    private const double FewCommon = 0.25;

    /// <summary>The commonest characters, and those of names of places and of people's names for land, in simplified and in traditional form.</summary>
    private static readonly HashSet<char> Common =
    [
        .. "的一是不了在有人我他这来个上大国和也子时道那要出就会可也你对生能而下过学家十用发天如然作方成者多日都三小军二无同么经法当起与好看进种将还分此心前面又定见只主没公从"
        + "县市区州省旗盟镇乡村庄街路河湖江海山岭川原谷沟泉井水田地土林草场农牧渔业灌溉渠坝库站台城堡关口门桥渡港湾岛洲滩沙漠戈壁盆北南东西中内外新老旧高平安宁阳阴长永兴和石金银铁白黑红黄青蓝绿龙马牛羊鸟花木"
        + "伊犁霍察布查尔尼勒克特斯昭苏巩留源奎屯果塔什喀阿乌鲁齐吐番哈密昌吉博乐巴音郭楞库车拜温宿拉玛依独子清徽丰五家渠图木舒双胡杨可达疏附勒英莎泽普岳叶岳伽楚和田墨玉皮洛策于民轮台且末若羌焉耆静硕湖蒙古族回藏维吾自治县建设兵团师"
        + "名称类型面积编号年份代码备注灌区作物小麦玉米棉水稻果园耕旱荒住宅未利用裸居权属单位坐落地块坡植被覆盖建筑林盐碱沼泽冰川雪"
        + "一二三四五六七八九十百千万东方华汉江苏浙安徽福建甘肃广西贵海南河湖吉辽陕四川云重庆津京沪港澳门台湾"
        + "臺灣縣區鎮鄉莊門橋島灣東陽陰長興銀鐵紅黃藍綠龍馬鳥溝嶺場農業漁壩庫關縣濕鹽類積編號備註稱麥園權屬單築蓋類國會來時這個們對過學發無軍經當與進種將還見從義蘭嘉彰雲屏投桃基隆竹栗節里鄰段號",
    ];

    /// <summary>The encoding in which the texts are Chinese; null where there is a doubt.</summary>
    internal static TextEncoding? Find(IReadOnlyList<RawText> texts)
    {
        Reading? simplified = Read(TextEncoding.Gbk, texts, lead => lead is >= 0xB0 and <= 0xD7, trail => trail >= 0xA1);
        Reading? traditional = Read(TextEncoding.Big5, texts, lead => lead is >= 0xA4 and <= 0xC6, _ => true);
        bool isSimplified = simplified is { Common: >= ManyCommon };
        bool isTraditional = traditional is { Common: >= ManyCommon };
        return isSimplified && !(traditional is { Common: > FewCommon }) ? TextEncoding.Gbk
            : isTraditional && !(simplified is { Common: > FewCommon }) ? TextEncoding.Big5
            : null;
    }

    /// <summary>Whether a character is one of the commonest.</summary>
    internal static bool IsCommon(char character) => Common.Contains(character);

    /// <summary>Share of common characters; null where the bytes are no Chinese in this encoding.</summary>
    internal static double? CommonOf(TextEncoding encoding, IReadOnlyList<RawText> texts) =>
        (encoding.CodePage == TextEncoding.Gbk.CodePage ? Read(encoding, texts, lead => lead is >= 0xB0 and <= 0xD7, trail => trail >= 0xA1) : Read(encoding, texts, lead => lead is >= 0xA4 and <= 0xC6, _ => true))?.Common;

    private static Reading? Read(TextEncoding encoding, IReadOnlyList<RawText> texts, Func<byte, bool> isUsualLead, Func<byte, bool> isUsualTrail)
    {
        int characters = 0;
        int usual = 0;
        int common = 0;
        foreach (RawText raw in texts)
        {
            if (!encoding.TryRead(raw, out string text, out _))
            {
                return null;
            }

            for (int i = 0; i < text.Length; i++)
            {
                if (text[i] is not (>= '\u3400' and <= '\u9FFF' or >= '\uF900' and <= '\uFAFF'))
                {
                    // Signs and wide forms of ASCII stand beside Chinese; letters of other scripts of these sets do not.
                    if (text[i] > '\u007F' && text[i] is not (>= '\u3000' and <= '\u303F' or >= '\uFF00' and <= '\uFFEF' or >= '\u2010' and <= '\u203F' or '·' or '×'))
                    {
                        return null;
                    }

                    continue;
                }

                if (i > 0 && i + 1 < text.Length && char.IsAsciiLetter(text[i - 1]) && char.IsAsciiLetterLower(text[i + 1]))
                {
                    return null;
                }

                characters++;
                common += Common.Contains(text[i]) ? 1 : 0;
                usual += encoding.TryWrite(text[i].ToString()) is [byte lead, byte trail] && isUsualLead(lead) && isUsualTrail(trail) ? 1 : 0;
            }
        }

        return characters >= FewestCharacters && usual >= LeastUsual * characters ? new Reading((double)common / characters) : null;
    }

    private sealed record Reading(double Common);
}
