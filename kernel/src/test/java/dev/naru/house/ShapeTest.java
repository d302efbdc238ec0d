package dev.naru.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShapeTest {
    private static final String TEXT = """
        /// class Not { }
        final class A<T extends Map<K, V>> extends B {
            static int counter;
            private final String brace = "{";
            A(int a, Map<String, List<Integer>> b) {
                this.x = '{';
            }

            @Override public int deep(@Anno("x") int a) throws E {
                for (int i = 0; i < 3; i++) {
                    if (a > 0) {
                        run(() -> {
                            while (true) {
                                a--;
                            }
                        });
                    }
                }
                return switch (a) {
                    case 1 -> {
                        yield 2;
                    }
                    default -> 0;
                };
            }
            void anonymous() {
                go(new Runnable() {
                    @Override public void run() {
                        if (x) {
                            y();
                        }
                    }
                }, 1);
                int[] array = {1, 2};
            }
            abstract void six(int a, int b, int c, int d, int e, Map<A, B> f);
            record R(int a, int b) {
                R {
                    check(a);
                }
            }
            enum E {
                ONE("x") {
                    @Override void f() {}
                },
                TWO;

                void f() {}
            }
        }
        """;

    @Test void methods_are_found_with_their_measures() {
        var methods = Shape.of(new SourceFile("kernel/src/main/java/dev/naru/x/A.java", TEXT))
            .methods();
        assertThat(methods).extracting(Shape.Method::name).containsExactly("A", "deep", "run",
            "anonymous", "six", "R",
            "f", "f");
        assertThat(methods).extracting(Shape.Method::parameters).containsExactly(2, 1, 0, 0, 6, 0,
            0, 0);
        assertThat(methods).extracting(Shape.Method::nesting).containsExactly(0, 3, 1, 0, 0, 0, 0,
            0);
        assertThat(methods).extracting(Shape.Method::lines).containsExactly(3, 17, 5, 10, 1, 3, 1,
            1);
    }

    @Test void types_and_fields_are_found() {
        var shape = Shape.of(new SourceFile("kernel/src/main/java/dev/naru/x/A.java", TEXT));
        assertThat(shape.types()).extracting(Shape.NamedType::name).containsExactly("A", "R", "E");
        assertThat(shape.fields()).extracting(Shape.Field::words).contains("static int counter");
    }

    @Test void comments_and_literals_are_no_code() {
        assertThat(new Blanker("a // b\nc /* d */ \"e\\\"f\" 'g'").code())
            .isEqualTo("a     \nc         \"    \" ' '");
        assertThat(new Blanker("\"\"\"\n  { x\n  \"\"\" y").code())
            .isEqualTo("\"\"\"\n     \n  \"\"\" y");
    }
}
