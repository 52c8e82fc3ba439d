package dev.parley.bench;

import dev.parley.bench.Report.Headline;
import java.util.List;

/** Bars in SVG: a panel for each scenario with a scale of its own, a bar for each peer. */
final class Plot {
    private static final int COLUMNS = 3;
    private static final int WIDTH = 300;
    private static final int ROW = 18;
    private static final int HEAD = 34;
    private static final int NAMES = 60;
    private static final int BAR = 150;

    private Plot() {}

    static String of(List<Headline> headlines) {
        int bars = headlines.stream()
                .mapToInt(headline -> headline.medians().size())
                .max()
                .orElse(0);
        int height = HEAD + bars * ROW + 12;
        int rows = Math.ceilDiv(headlines.size(), COLUMNS);
        var svg = new StringBuilder(
                """
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" \
                font-family="sans-serif" font-size="11">
                <rect width="100%%" height="100%%" fill="#fff"/>
                """
                        .formatted(COLUMNS * WIDTH, rows * height));
        for (int i = 0; i < headlines.size(); i++) {
            panel(svg, headlines.get(i), i % COLUMNS * WIDTH + 8, i / COLUMNS * height);
        }
        return svg.append("</svg>\n").toString();
    }

    private static void panel(StringBuilder svg, Headline headline, int x, int y) {
        text(svg, x, y + 20, "start", "<tspan font-weight=\"bold\">%s</tspan> %s%s"
                .formatted(headline.scenario(), headline.unit(), headline.lessIsBetter() ? " (less is better)" : ""));
        double most = headline.medians().values().stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
        int row = y + HEAD;
        for (var bar : headline.medians().entrySet()) {
            double value = bar.getValue();
            text(svg, x + NAMES - 6, row + 12, "end", bar.getKey());
            svg.append("<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n"
                    .formatted(
                            x + NAMES,
                            row + 2,
                            Math.max(0, value / most * BAR),
                            ROW - 5,
                            bar.getKey().equals("parley") ? "#2266aa" : "#b8c4d0"));
            text(svg, x + NAMES + (int) (Math.max(0, value / most) * BAR) + 4, row + 12, "start", Report.number(value));
            row += ROW;
        }
    }

    private static void text(StringBuilder svg, int x, int y, String anchor, String text) {
        svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" fill=\"#222\">%s</text>%n".formatted(x, y, anchor, text));
    }
}
