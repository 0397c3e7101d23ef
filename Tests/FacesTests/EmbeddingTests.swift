import Testing

@testable import Faces

@Suite struct EmbeddingTests {
  @Test func normalising() {
    let embedding = Embedding([3, 4])
    #expect(embedding.normalized == [0.6, 0.8])
    #expect(Embedding([0, 0]).normalized == [0, 0])
  }

  @Test func distances() {
    let a = Embedding([1, 0])
    #expect(a.euclideanDistance(to: Embedding([1, 0.6])) == 0.6)
    #expect(a.matchDistance(to: Embedding([1, 0.6])) == 0.3)
    #expect(a.matchDistance(to: Embedding([-9, 0])) == 1)
    #expect(a.halfCosineDistance(to: a) == 0)
    #expect(a.halfCosineDistance(to: Embedding([0, 5])) == 0.5)
    #expect(a.halfCosineDistance(to: Embedding([-2, 0])) == 1)
  }

  @Test func vectorsOfOtherLengthsDoNotMatch() {
    #expect(Embedding([1]).matchDistance(to: Embedding([1, 0])) == 1)
    #expect(Embedding([1]).halfCosineDistance(to: Embedding([1, 0])) == 1)
  }

  @Test func theMeanIsTakenOfBothFormsAndNotNormalisedAgain() throws {
    let mean = try #require(Embedding.mean(of: [Embedding([2, 0]), Embedding([0, 4])]))
    #expect(mean.values == [1, 2])
    #expect(mean.normalized == [0.5, 0.5])
    #expect(Embedding.mean(of: []) == nil)
    #expect(Embedding.mean(of: [Embedding([2, 0]), Embedding([1])])?.values == [2, 0])
  }

  @Test func eachRecogniserHasItsMeasure() throws {
    let a = Embedding([1, 0], measure: .cosine)
    let b = Embedding([0, 9], measure: .cosine)
    #expect(a.matchDistance(to: b) == 0.5)
    #expect(a.matchDistance(to: Embedding([7, 0], measure: .cosine)) == 0)
    #expect(a.matchDistance(to: Embedding([1, 0])) == 1)
    let mean = try #require(Embedding.mean(of: [a, b, Embedding([5, 5])]))
    #expect(mean.values == [0.5, 4.5])
    #expect(mean.normalized == [0.5, 0.5])
    #expect(mean.measure == .cosine)
  }
}
